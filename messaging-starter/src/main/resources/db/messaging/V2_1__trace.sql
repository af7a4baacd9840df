-- The W3C trace context of the last message about a request: what follows from it on other threads belongs to the same trace.
alter table inbox add column traceparent text;

-- What the shop holds about customers in another role than that of a customer. A policy may say that it does not cover it.
-- Customers who work there, too: the staff discount wants to know.
CREATE TABLE staff (
    id          bigint PRIMARY KEY,
    customer_id bigint NOT NULL,
    position    text NOT NULL,
    pay_band    text NOT NULL,
    since       date NOT NULL
);
CREATE INDEX staff_customer ON staff (customer_id);

-- Sellers on the market place, as the trade register, which everybody may read, has them.
CREATE TABLE register_extracts (
    id          bigint PRIMARY KEY,
    customer_id bigint NOT NULL,
    register    text NOT NULL,
    entry       text NOT NULL,
    taken_at    timestamptz NOT NULL
);
CREATE INDEX register_extracts_customer ON register_extracts (customer_id);

INSERT INTO staff
SELECT id, id, 'Warehouse', 'band ' || (id % 5 + 1), (created_at + interval '1 day')::date
  FROM customers WHERE id % 12 = 7;

INSERT INTO register_extracts
SELECT id, id, 'Trade register', 'Entry ' || (40000 + id), created_at + interval '2 days'
  FROM customers WHERE id % 24 = 7;

-- Answers of a panel that are kept apart from names; the number leads back to the person in this sample alone.
CREATE TABLE panel_answers (
    id          bigint PRIMARY KEY,
    customer_id bigint NOT NULL,
    answer      text NOT NULL,
    given_at    timestamptz NOT NULL
);
CREATE INDEX panel_answers_customer ON panel_answers (customer_id);

INSERT INTO panel_answers
SELECT id, id, 'panel answer ' || id, created_at + interval '3 days'
  FROM customers WHERE id % 24 = 7;

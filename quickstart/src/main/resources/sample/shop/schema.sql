-- The sample shop. Orders and tickets outlive their customer, so nothing but an index ties them to one.
CREATE TABLE customers (
    id            bigint PRIMARY KEY,
    email         text NOT NULL,
    phone         text,
    full_name     text,
    password_hash text,
    segment       text,
    registered    boolean NOT NULL,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL
);
CREATE INDEX customers_email ON customers (lower(btrim(email)));
CREATE INDEX customers_phone ON customers (phone);

CREATE TABLE addresses (
    id          bigint PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers,
    recipient   text,
    line        text NOT NULL,
    city        text NOT NULL,
    postcode    text NOT NULL,
    country     text NOT NULL,
    created_at  timestamptz NOT NULL
);
CREATE INDEX addresses_customer ON addresses (customer_id);

CREATE TABLE orders (
    id               bigint PRIMARY KEY,
    customer_id      bigint,
    guest_email      text,
    guest_phone      text,
    delivery_address text,
    status           text NOT NULL,
    total            numeric(10, 2) NOT NULL,
    currency         text NOT NULL,
    placed_at        timestamptz NOT NULL,
    completed_at     timestamptz
);
CREATE INDEX orders_customer ON orders (customer_id);
CREATE INDEX orders_guest_email ON orders (lower(btrim(guest_email)));
CREATE INDEX orders_guest_phone ON orders (guest_phone);

CREATE TABLE order_lines (
    id           bigint PRIMARY KEY,
    order_id     bigint NOT NULL REFERENCES orders,
    sku          text NOT NULL,
    quantity     integer NOT NULL,
    price        numeric(10, 2) NOT NULL,
    gift_message text
);
CREATE INDEX order_lines_order ON order_lines (order_id);

CREATE TABLE tickets (
    id          bigint PRIMARY KEY,
    customer_id bigint,
    email       text,
    subject     text NOT NULL,
    body        text NOT NULL,
    created_at  timestamptz NOT NULL
);
CREATE INDEX tickets_customer ON tickets (customer_id);
CREATE INDEX tickets_email ON tickets (lower(btrim(email)));

-- How the shop was filled; written last, in the same transaction.
CREATE TABLE seeded (
    seed      bigint NOT NULL,
    customers integer NOT NULL,
    today     date NOT NULL
);

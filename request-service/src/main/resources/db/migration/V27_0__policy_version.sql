-- SPDX-License-Identifier: Apache-2.0
-- Every version of a policy that was ever loaded, so that one that comes late is noticed.
create table policy_version (
    controller      text        not null,
    profile         text        not null,
    in_force        date        not null,
    first_loaded_at timestamptz not null,
    primary key (controller, profile)
);

// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.delivery;

import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.contracts.RequestAnnouncement;
import io.habeas.contracts.SealedField;
import io.habeas.messaging.AnnouncementCodec;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The letters that are to go out, went out, or never will; and where letters about a request go. */
class LetterOutbox {

    /** Where letters about a request go, as far as it is known. */
    record Correspondent(
            @Nullable SealedField replyTo, @Nullable SealedField contact) {}

    /** @param retryable whether it still holds what it says */
    record Undelivered(
            UUID id,
            UUID requestId,
            Letter letter,
            @Nullable String reason,
            int attempts,
            Instant endedAt,
            boolean retryable) {}

    private final JdbcClient jdbc;
    private final AnnouncementCodec codec;

    LetterOutbox(JdbcClient jdbc, AnnouncementCodec codec) {
        this.jdbc = jdbc;
        this.codec = codec;
    }

    void post(
            UUID id,
            UUID eventId,
            String controller,
            Letter kind,
            Standing standing,
            RequestAnnouncement content,
            String addressField,
            SealedField address) {
        jdbc.sql("""
                insert into letter (id, event_id, request_id, controller, kind, standing, content,
                                    address_field, address_key, address_ciphertext, state)
                values (:id, :event, :request, :controller, :kind, :standing, :content,
                        :field, :key, :ciphertext, 'WAITING')
                """)
                .param("id", id)
                .param("event", eventId)
                .param("request", content.requestId())
                .param("controller", controller)
                .param("kind", kind.name())
                .param("standing", standing.name())
                .param("content", codec.payload(content))
                .param("field", addressField)
                .param("key", address.key())
                .param("ciphertext", address.ciphertext())
                .update();
    }

    /**
     * Letters of a kind that were overtaken: a code by a newer one, a question by the end of the request. Nothing is kept of them, also where they
     * reached nobody before; where nobody knows whether one arrived, it is not sent again. One that is on its way at this moment is left to whoever sends it.
     */
    void voidWaiting(UUID requestId, List<Letter> kinds, String reason) {
        jdbc.sql("""
                update letter set content = null, address_key = null, address_ciphertext = null
                 where request_id = :request and state = 'UNDELIVERABLE' and kind in (:kinds)
                """)
                .param("request", requestId)
                .param("kinds", kinds.stream().map(Letter::name).toList())
                .update();
        jdbc.sql("""
                update letter set state = 'VOID', reason = :reason, ended_at = now(), content = null,
                                  waits_for = null, address_key = null, address_ciphertext = null, lease = lease + 1
                 where request_id = :request and state in ('WAITING', 'UNKNOWN') and kind in (:kinds)
                """)
                .param("reason", reason)
                .param("request", requestId)
                .param("kinds", kinds.stream().map(Letter::name).toList())
                .update();
    }

    /** With the end of a request nothing is kept of what reached nobody before; an answer is, which may reach somebody later than the end. */
    void forgetUndelivered(UUID requestId) {
        jdbc.sql("""
                update letter set content = null, address_key = null, address_ciphertext = null
                 where request_id = :request and state = 'UNDELIVERABLE' and kind not in (:answers)
                """)
                .param("request", requestId)
                .param("answers", List.of(Letter.ANSWERED.name(), Letter.COMPLAINT_ANSWERED.name()))
                .update();
    }

    void rememberReplyTo(UUID requestId, String controller, SealedField replyTo) {
        jdbc.sql("""
                insert into correspondent (request_id, controller, reply_key, reply_ciphertext)
                values (:request, :controller, :key, :ciphertext)
                on conflict (request_id) do update set reply_key = :key, reply_ciphertext = :ciphertext
                """)
                .param("request", requestId)
                .param("controller", controller)
                .param("key", replyTo.key())
                .param("ciphertext", replyTo.ciphertext())
                .update();
    }

    void rememberContact(UUID requestId, String controller, SealedField contact) {
        jdbc.sql("""
                insert into correspondent (request_id, controller, contact_key, contact_ciphertext)
                values (:request, :controller, :key, :ciphertext)
                on conflict (request_id) do update set contact_key = :key, contact_ciphertext = :ciphertext
                """)
                .param("request", requestId)
                .param("controller", controller)
                .param("key", contact.key())
                .param("ciphertext", contact.ciphertext())
                .update();
    }

    void rememberCaseKey(UUID requestId, UUID key) {
        jdbc.sql("""
                insert into case_key (request_id, key) values (:request, :key)
                on conflict (request_id) do nothing
                """).param("request", requestId).param("key", key).update();
    }

    boolean isCaseKey(UUID requestId, UUID key) {
        return jdbc.sql("select exists (select 1 from case_key where request_id = :request and key = :key)")
                .param("request", requestId)
                .param("key", key)
                .query(Boolean.class)
                .single();
    }

    /** Whether a code was to be sent before, whatever became of it. */
    boolean hadCode(UUID requestId) {
        return jdbc.sql("select exists (select 1 from letter where request_id = :request and kind = :kind)")
                .param("request", requestId)
                .param("kind", Letter.CODE.name())
                .query(Boolean.class)
                .single();
    }

    Optional<Correspondent> correspondent(UUID requestId) {
        return jdbc.sql("select * from correspondent where request_id = :request")
                .param("request", requestId)
                .query((row, _) -> new Correspondent(sealed(row, "reply"), sealed(row, "contact")))
                .optional();
    }

    void forgetCorrespondent(UUID requestId) {
        jdbc.sql("delete from correspondent where request_id = :request")
                .param("request", requestId)
                .update();
    }

    /**
     * Takes letters that are due, for one worker alone until the lease ends. One that was being sent when its lease ended was held
     * by a process that died: what became of it is not known.
     */
    List<OutgoingLetter> claim(int most, Duration lease, Duration giveUpAfter) {
        return jdbc.sql("""
                with due as (
                    select id from letter
                     where state in ('WAITING', 'SENDING', 'UNKNOWN') and due_at <= now()
                     order by due_at limit :most for update skip locked)
                update letter l
                   set due_at = now() + :lease * interval '1 millisecond', lease = l.lease + 1,
                       state = case l.state when 'SENDING' then 'UNKNOWN' else l.state end
                  from due where l.id = due.id
                returning l.*, coalesce(l.retried_at, l.created_at) < now() - :giveUp * interval '1 millisecond' as given_up
                """)
                .param("most", most)
                .param("lease", lease.toMillis())
                .param("giveUp", giveUpAfter.toMillis())
                .query(this::outgoing)
                .list();
    }

    /** A sign of life of who sends them; what somebody else claimed meanwhile, or what has ended, is left alone. */
    void renew(List<OutgoingLetter> claimed, Duration lease) {
        jdbc.sql("""
                update letter l
                   set due_at = now() + :lease * interval '1 millisecond'
                  from unnest(:ids::uuid[], :leases::bigint[]) as held (id, lease)
                 where l.id = held.id and l.lease = held.lease and l.state in ('WAITING', 'SENDING', 'UNKNOWN')
                """)
                .param("lease", lease.toMillis())
                .param("ids", claimed.stream().map(it -> it.id().toString()).toArray(String[]::new))
                .param("leases", claimed.stream().map(OutgoingLetter::lease).toArray(Long[]::new))
                .update();
    }

    private OutgoingLetter outgoing(ResultSet row, int number) throws SQLException {
        var kind = Letter.valueOf(row.getString("kind"));
        var address = sealed(row, "address");
        if (address == null) {
            throw new IllegalStateException("a letter that waits has no address: " + row.getString("id"));
        }
        return new OutgoingLetter(
                row.getObject("id", UUID.class),
                row.getObject("retried_at") == null ? row.getObject("event_id", UUID.class) : null,
                row.getObject("request_id", UUID.class),
                row.getString("controller"),
                kind,
                Standing.valueOf(row.getString("standing")),
                codec.read(RequestAnnouncement.class, typeOf(kind), 1, row.getBytes("content")),
                row.getString("address_field"),
                address,
                "UNKNOWN".equals(row.getString("state")),
                row.getInt("attempts"),
                row.getBoolean("given_up"),
                row.getLong("lease"));
    }

    private static String typeOf(Letter kind) {
        return switch (kind) {
            case RECEIVED -> "request.received";
            case CODE -> "request.identity-asked";
            case STATEMENT -> "request.statement-asked";
            case CONFIRM_ERASURE -> "request.confirmation-asked";
            case HOLD -> "request.hold-started";
            case ANSWERED -> "request.answered";
            case NOT_VERIFIED -> "request.not-verified";
            case WITHDRAWN -> "request.withdrawn";
            case LAPSED -> "request.lapsed";
            case REFUSED -> "request.refused";
            case DETAILS_ASKED -> "request.details-asked";
            case EXTENDED -> "request.extended";
            case FEE -> "request.fee-quoted";
            case COMPLAINT_ANSWERED -> "request.complaint-answered";
            case NO_REQUEST -> "request.no-request";
        };
    }

    private static @Nullable SealedField sealed(ResultSet row, String column) throws SQLException {
        var key = row.getObject(column + "_key", UUID.class);
        return key == null ? null : new SealedField(key, row.getString(column + "_ciphertext"));
    }

    /** From here on nobody knows whether it went out, until it is said. @return whether the lease still holds */
    boolean sending(OutgoingLetter letter) {
        return jdbc.sql("""
                update letter set state = 'SENDING'
                 where id = :id and lease = :lease and state in ('WAITING', 'UNKNOWN')
                """)
                        .param("id", letter.id())
                        .param("lease", letter.lease())
                        .update()
                == 1;
    }

    boolean isBeingSent(OutgoingLetter letter) {
        return jdbc.sql("select exists (select 1 from letter where id = :id and state = 'SENDING')")
                .param("id", letter.id())
                .query(Boolean.class)
                .single();
    }

    /** @return whether the lease still held; else somebody else has the letter */
    boolean later(OutgoingLetter letter, boolean outcomeUnknown, String reason, Duration pause) {
        return jdbc.sql("""
                update letter set state = :state, reason = :reason, attempts = attempts + 1,
                                  due_at = now() + :pause * interval '1 millisecond'
                 where id = :id and lease = :lease and state in ('WAITING', 'SENDING', 'UNKNOWN')
                """)
                        .param("state", outcomeUnknown ? "UNKNOWN" : "WAITING")
                        .param("reason", reason)
                        .param("pause", pause.toMillis())
                        .param("id", letter.id())
                        .param("lease", letter.lease())
                        .update()
                == 1;
    }

    /** There is no room for it in its mailbox. @param address by which the next code that goes there finds it; absent where it is no code */
    boolean waitForRoom(OutgoingLetter letter, String reason, byte @Nullable [] address, Duration pause) {
        return jdbc.sql("""
                update letter set state = :state, reason = :reason, attempts = attempts + 1, waits_for = :address,
                                  due_at = now() + :pause * interval '1 millisecond'
                 where id = :id and lease = :lease and state in ('WAITING', 'SENDING', 'UNKNOWN')
                """)
                        .param("state", letter.outcomeUnknown() ? "UNKNOWN" : "WAITING")
                        .param("reason", reason)
                        .param("address", address, Types.BINARY)
                        .param("pause", pause.toMillis())
                        .param("id", letter.id())
                        .param("lease", letter.lease())
                        .update()
                == 1;
    }

    /**
     * Codes of the controller that wait for room at that address; from here on they are being sent with another one. Whoever held them holds them no
     * more, and when the lease is over without a word, what became of them is not known.
     */
    List<OutgoingLetter> takeAlong(OutgoingLetter carrier, byte[] address, int most, Duration lease) {
        return jdbc.sql("""
                with waiting as (
                    select id from letter
                     where waits_for = :address and controller = :controller and kind = :kind
                       and state in ('WAITING', 'UNKNOWN') and id <> :carrier
                     order by created_at desc limit :most for update skip locked)
                update letter l
                   set state = 'SENDING', lease = l.lease + 1, due_at = now() + :lease * interval '1 millisecond'
                  from waiting where l.id = waiting.id
                returning l.*, false as given_up
                """)
                .param("address", address)
                .param("controller", carrier.controller())
                .param("kind", Letter.CODE.name())
                .param("carrier", carrier.id())
                .param("most", most)
                .param("lease", lease.toMillis())
                .query(this::outgoing)
                .list();
    }

    /**
     * What it held is not needed any more; only what reached nobody is kept, for an operator to try again. A code is not: whoever wants one asks
     * for a new one.
     *
     * @return whether the lease still held
     */
    boolean end(OutgoingLetter letter, String state, @Nullable String reason) {
        return jdbc.sql("""
                update letter set state = :state, reason = :reason, ended_at = now(),
                                  content = case when :keep then content end,
                                  waits_for = null,
                                  address_key = case when :keep then address_key end,
                                  address_ciphertext = case when :keep then address_ciphertext end
                 where id = :id and lease = :lease and state in ('WAITING', 'SENDING', 'UNKNOWN')
                """)
                        .param("state", state)
                        .param("keep", letter.kind() != Letter.CODE && "UNDELIVERABLE".equals(state))
                        .param("reason", reason)
                        .param("id", letter.id())
                        .param("lease", letter.lease())
                        .update()
                == 1;
    }

    List<Undelivered> inState(String state, Collection<String> controllers, @Nullable UUID after, int most) {
        if (controllers.isEmpty()) {
            return List.of();
        }
        return jdbc.sql("""
                select * from letter
                 where state = :state and controller in (:controllers)
                   and (cast(:after as uuid) is null or id > cast(:after as uuid))
                 order by id limit :most
                """)
                .param("state", state)
                .param("controllers", controllers)
                .param("after", after, Types.OTHER)
                .param("most", most)
                .query((row, _) -> new Undelivered(
                        row.getObject("id", UUID.class),
                        row.getObject("request_id", UUID.class),
                        Letter.valueOf(row.getString("kind")),
                        row.getString("reason"),
                        row.getInt("attempts"),
                        row.getObject("ended_at", OffsetDateTime.class).toInstant(),
                        row.getBytes("content") != null))
                .list();
    }

    /** @return whether there is such a letter, undeliverable and with all that it says */
    boolean retry(UUID id, Collection<String> controllers) {
        return !controllers.isEmpty()
                && jdbc.sql("""
                        update letter set state = 'WAITING', reason = null, attempts = 0, ended_at = null, due_at = now(),
                                          retried_at = now(), lease = lease + 1
                         where id = :id and controller in (:controllers) and state = 'UNDELIVERABLE'
                           and content is not null
                        """)
                                .param("id", id)
                                .param("controllers", controllers)
                                .update()
                        == 1;
    }
}

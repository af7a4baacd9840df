// SPDX-License-Identifier: Apache-2.0
package io.habeas.verification.cases;

import io.habeas.contracts.DirectoryLookup.Match;
import io.habeas.contracts.RequestKeys;
import io.habeas.contracts.SealedField;
import io.habeas.verification.cases.VerificationCase.State;
import io.habeas.verification.cases.VerificationCase.Work;
import io.habeas.verification.codes.CodeBook.Purpose;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The cases, in PostgreSQL. */
class CaseStore {

    private static final String NEXT_TICK =
            "to_timestamp(ceil((extract(epoch from clock_timestamp()) + 0.001) * 1000 / :tick) * :tick / 1000)";

    private final JdbcClient jdbc;
    private final Duration tick;

    CaseStore(JdbcClient jdbc, Duration tick) {
        this.jdbc = jdbc;
        this.tick = tick;
    }

    void open(
            UUID requestId,
            String controller,
            RequestKeys keys,
            SealedField claims,
            Instant identityBy,
            boolean login,
            int tries,
            Instant nextCodeAt) {
        jdbc.sql("""
                insert into verification_case (request_id, controller, identity_key, case_key, state, identity_by,
                                               claims_key, claims_ciphertext, login, tries_left, codes, next_code_at, work)
                values (:request, :controller, :identity, :case, 'OPEN', :identityBy,
                        :claimsKey, :claims, :login, :tries, 1, :nextCodeAt, 'LOOK_UP')
                on conflict (request_id) do nothing
                """)
                .param("request", requestId)
                .param("controller", controller)
                .param("identity", keys.identity())
                .param("case", keys.caseKey())
                .param("identityBy", time(identityBy))
                .param("claimsKey", claims.key())
                .param("claims", claims.ciphertext())
                .param("login", login)
                .param("tries", tries)
                .param("nextCodeAt", time(nextCodeAt))
                .update();
    }

    /** There will be no case of it. */
    void needsNone(UUID requestId) {
        jdbc.sql("insert into request_without_proof (request_id) values (:request) on conflict (request_id) do nothing")
                .param("request", requestId)
                .update();
    }

    boolean isWithoutProof(UUID requestId) {
        return jdbc.sql("select exists (select from request_without_proof where request_id = :request)")
                .param("request", requestId)
                .query(Boolean.class)
                .single();
    }

    /** Locked until the end of the transaction. */
    Optional<VerificationCase> locked(UUID requestId) {
        return jdbc.sql("select * from verification_case where request_id = :request for update")
                .param("request", requestId)
                .query(CaseStore::read)
                .optional();
    }

    /** Takes cases with work that is due, for one worker alone until the lease ends. */
    List<VerificationCase> claim(int most, Duration lease) {
        return jdbc.sql("""
                with due as (
                    select request_id from verification_case
                     where work is not null and due_at <= now()
                     order by due_at limit :most for update skip locked)
                update verification_case c
                   set due_at = now() + :lease * interval '1 millisecond', lease = c.lease + 1
                  from due where c.request_id = due.request_id
                returning c.*
                """)
                .param("most", most)
                .param("lease", lease.toMillis())
                .query(CaseStore::read)
                .list();
    }

    /** A sign of life of who works on them; what was claimed anew meanwhile, or has no work any more, is left alone. */
    void renew(List<VerificationCase> claimed, Duration lease) {
        jdbc.sql("""
                update verification_case c
                   set due_at = now() + :lease * interval '1 millisecond'
                  from unnest(:requests::uuid[], :leases::bigint[]) as held (request_id, lease)
                 where c.request_id = held.request_id and c.lease = held.lease and c.work is not null
                """)
                .param("lease", lease.toMillis())
                .param(
                        "requests",
                        claimed.stream().map(it -> it.requestId().toString()).toArray(String[]::new))
                .param("leases", claimed.stream().map(VerificationCase::lease).toArray(Long[]::new))
                .update();
    }

    /** The look-up has an answer; a code leaves on the next tick. A login may still be compared with the claims. @return whether the lease still held */
    boolean lookedUp(
            VerificationCase it,
            Match match,
            @Nullable SealedField proved,
            @Nullable SealedField contact,
            boolean account) {
        return jdbc.sql("""
                update verification_case
                   set match = :match, proved_key = :provedKey, proved_ciphertext = :proved, contact_key = :contactKey,
                       contact_ciphertext = :contact, account = :account, claims_key = case when login then claims_key end,
                       claims_ciphertext = case when login then claims_ciphertext end,
                       work = 'ISSUE', attempts = 0, faults = 0, due_at = %s
                 where request_id = :request and lease = :lease and state = 'OPEN'
                """.formatted(NEXT_TICK))
                        .param("match", match.name())
                        .param("provedKey", proved == null ? null : proved.key(), Types.OTHER)
                        .param("proved", proved == null ? null : proved.ciphertext(), Types.VARCHAR)
                        .param("contactKey", contact == null ? null : contact.key(), Types.OTHER)
                        .param("contact", contact == null ? null : contact.ciphertext(), Types.VARCHAR)
                        .param("account", account)
                        .param("tick", tick.toMillis())
                        .param("request", it.requestId())
                        .param("lease", it.lease())
                        .update()
                == 1;
    }

    /** A new code holds, and the one before it no more. @return whether the lease still held */
    boolean issued(VerificationCase it, Purpose purpose, String hash, Instant expiresAt, int tries) {
        return jdbc.sql("""
                update verification_case
                   set code_purpose = :purpose, code_hash = :hash, code_expires_at = :expiresAt, tries_left = :tries,
                       drawn = drawn + 1, work = null, attempts = 0, faults = 0
                 where request_id = :request and lease = :lease and state = :state
                """)
                        .param("purpose", purpose.name())
                        .param("hash", hash)
                        .param("expiresAt", time(expiresAt))
                        .param("tries", tries)
                        .param("request", it.requestId())
                        .param("lease", it.lease())
                        .param("state", it.state().name())
                        .update()
                == 1;
    }

    void tryAgain(VerificationCase it, Duration pause) {
        jdbc.sql("""
                update verification_case set attempts = attempts + 1, due_at = now() + :pause * interval '1 millisecond'
                 where request_id = :request and lease = :lease
                """)
                .param("pause", pause.toMillis())
                .param("request", it.requestId())
                .param("lease", it.lease())
                .update();
    }

    /** @return whether the work was dropped, since it failed too often */
    boolean failed(VerificationCase it, Duration pause, int most) {
        return jdbc.sql("""
                update verification_case
                   set attempts = attempts + 1, faults = faults + 1, due_at = now() + :pause * interval '1 millisecond',
                       work = case when faults + 1 < :most then work end
                 where request_id = :request and lease = :lease
                returning work is null
                """)
                .param("pause", pause.toMillis())
                .param("most", most)
                .param("request", it.requestId())
                .param("lease", it.lease())
                .query(Boolean.class)
                .optional()
                .orElse(false);
    }

    /** Work that was dropped begins again where it stopped. */
    void askForCode(UUID requestId, int codes, int freshCodes, @Nullable LocalDate freshDay, Instant nextCodeAt) {
        jdbc.sql("""
                update verification_case
                   set codes = :codes, fresh_codes = :fresh, fresh_day = :day, next_code_at = :next, attempts = 0, faults = 0,
                       work = case when match is null then 'LOOK_UP' else 'ISSUE' end, due_at = %s
                 where request_id = :request
                """.formatted(NEXT_TICK))
                .param("codes", codes)
                .param("fresh", freshCodes)
                .param("day", freshDay, Types.DATE)
                .param("next", time(nextCodeAt))
                .param("tick", tick.toMillis())
                .param("request", requestId)
                .update();
    }

    void triesLeft(UUID requestId, int tries) {
        jdbc.sql("""
                update verification_case
                   set tries_left = :tries, code_hash = case when :tries > 0 then code_hash end
                 where request_id = :request
                """).param("tries", tries).param("request", requestId).update();
    }

    /** The right code was entered: it is used up, but for the moment in which the answer may be lost. */
    void proved(VerificationCase it, Instant provedAt, Instant repeatUntil, @Nullable String repeatKey) {
        jdbc.sql("""
                update verification_case
                   set state = 'PASSED', proved_at = :provedAt, repeat_purpose = code_purpose, repeat_hash = code_hash,
                       repeat_until = :repeatUntil, repeat_key = :repeatKey, code_hash = null, code_expires_at = null, tries_left = 0,
                       claims_key = null, claims_ciphertext = null, work = null,
                       next_code_at = case state when 'OPEN' then :provedAt else next_code_at end
                 where request_id = :request
                """)
                .param("provedAt", time(provedAt))
                .param("repeatUntil", time(repeatUntil))
                .param("repeatKey", repeatKey, Types.VARCHAR)
                .param("request", it.requestId())
                .update();
    }

    /** Somebody logged in instead: whatever code is on its way is void. */
    void loggedIn(VerificationCase it, SealedField proved, SealedField contact, String accountMark, Instant provedAt) {
        jdbc.sql("""
                update verification_case
                   set state = 'PASSED', proved_at = :provedAt, proved_key = :provedKey, proved_ciphertext = :proved,
                       contact_key = :contactKey, contact_ciphertext = :contact, account = true, match = 'ONE', account_mark = :mark,
                       code_purpose = null, code_hash = null, code_expires_at = null, tries_left = 0,
                       claims_key = null, claims_ciphertext = null, work = null, next_code_at = :provedAt
                 where request_id = :request
                """)
                .param("provedAt", time(provedAt))
                .param("provedKey", proved.key())
                .param("proved", proved.ciphertext())
                .param("contactKey", contact.key())
                .param("contact", contact.ciphertext())
                .param("mark", accountMark)
                .param("request", it.requestId())
                .update();
    }

    /** What it has can not be opened any more. Unless somebody else has it by now, or it was proved meanwhile. */
    void endUnreadable(VerificationCase it) {
        locked(it.requestId())
                .filter(now -> now.lease() == it.lease() && now.state() == it.state())
                .ifPresent(now -> end(now.requestId(), State.ENDED));
    }

    /** Leaves nothing that could be entered or opened. */
    void end(UUID requestId, State state) {
        jdbc.sql("""
                update verification_case
                   set state = :state, claims_key = null, claims_ciphertext = null, proved_key = null, proved_ciphertext = null,
                       contact_key = null, contact_ciphertext = null, code_hash = null, code_expires_at = null, tries_left = 0,
                       repeat_hash = null, repeat_until = null, repeat_key = null, account_mark = null, work = null, lease = lease + 1
                 where request_id = :request
                """).param("state", state.name()).param("request", requestId).update();
    }

    /**
     * The request was decided: what served the first proof goes; the contact stays for proof once more. A machine decides within
     * milliseconds of the proof, so an answer that was lost can still be asked for again.
     */
    void forgetFirstProof(UUID requestId) {
        jdbc.sql("""
                update verification_case
                   set claims_key = null, claims_ciphertext = null, proved_key = null, proved_ciphertext = null,
                       code_hash = case when code_purpose = 'FRESH_PROOF' then code_hash end
                 where request_id = :request
                """).param("request", requestId).update();
    }

    List<UUID> overdue(Instant now, int most) {
        return jdbc.sql("""
                select request_id from verification_case where state = 'OPEN' and identity_by <= :now
                 order by identity_by limit :most
                """)
                .param("now", time(now))
                .param("most", most)
                .query(UUID.class)
                .list();
    }

    private static VerificationCase read(ResultSet row, int number) throws SQLException {
        return new VerificationCase(
                row.getObject("request_id", UUID.class),
                row.getString("controller"),
                row.getObject("identity_key", UUID.class),
                row.getObject("case_key", UUID.class),
                State.valueOf(row.getString("state")),
                row.getObject("identity_by", OffsetDateTime.class).toInstant(),
                sealed(row, "claims"),
                row.getString("match") == null ? null : Match.valueOf(row.getString("match")),
                sealed(row, "proved"),
                sealed(row, "contact"),
                row.getBoolean("account"),
                row.getBoolean("login"),
                row.getString("account_mark"),
                purpose(row, "code_purpose"),
                row.getString("code_hash"),
                instant(row, "code_expires_at"),
                row.getInt("tries_left"),
                row.getInt("codes"),
                row.getObject("next_code_at", OffsetDateTime.class).toInstant(),
                row.getInt("drawn"),
                row.getInt("fresh_codes"),
                row.getObject("fresh_day", LocalDate.class),
                instant(row, "proved_at"),
                purpose(row, "repeat_purpose"),
                row.getString("repeat_hash"),
                instant(row, "repeat_until"),
                row.getString("repeat_key"),
                row.getString("work") == null ? null : Work.valueOf(row.getString("work")),
                row.getInt("attempts"),
                row.getLong("lease"));
    }

    private static @Nullable SealedField sealed(ResultSet row, String column) throws SQLException {
        var key = row.getObject(column + "_key", UUID.class);
        return key == null ? null : new SealedField(key, row.getString(column + "_ciphertext"));
    }

    private static @Nullable Purpose purpose(ResultSet row, String column) throws SQLException {
        var text = row.getString(column);
        return text == null ? null : Purpose.valueOf(text);
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        var time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}

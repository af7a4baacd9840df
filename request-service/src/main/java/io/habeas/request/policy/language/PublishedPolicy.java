// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * One version of a published policy, as its file states it.
 *
 * @param inForce the first day on which it holds, in its time zone
 * @param pastForce needed where that day had passed when the version was first loaded beside an older one
 * @param region where the data may be processed
 * @param languages the first is used where the requester names none
 * @param neverDisclosed kinds of fields that no package and no letter may hold
 * @param sensitive kinds of fields that the policy calls sensitive
 * @param refusal who may refuse; each jurisdiction and right may say more
 */
public record PublishedPolicy(
        ProfileId profile,
        ProfileVersion version,
        LocalDate inForce,
        @Nullable PastForce pastForce,
        Region region,
        ZoneId timeZone,
        List<Language> languages,
        @Nullable ContactWays contact,
        List<Name> neverDisclosed,
        List<Name> sensitive,
        List<Name> linkedOnly,
        @Nullable StorageRules storage,
        @Nullable RetentionRules retention,
        @Nullable RefusalRules refusal,
        @Nullable DeliveryRules delivery,
        @Nullable RecipientRules recipients,
        @Nullable BackupRules backups,
        List<MinorRules> minors,
        @Nullable SignalRules signals,
        SequencedMap<Name, ConsentRules> consents,
        SequencedMap<Name, NoticeRules> notices,
        @Nullable ChangeRules changes,
        SequencedMap<PlaceCode, JurisdictionRules> jurisdictions) {

    /** The name of a profile. */
    @Form(value = "[a-z][a-z0-9-]{0,39}", says = "lower-case letters, digits, dashes")
    public record ProfileId(String text) {

        @Override
        public String toString() {
            return text;
        }
    }

    /** Year and month of a version, and its day where there are two in a month. */
    @Form(value = "[0-9]{4}-[0-9]{2}(-[0-9]{2})?", says = "like 2021-06")
    public record ProfileVersion(String text) {

        @Override
        public String toString() {
            return text;
        }
    }

    /** {@code id@version}. */
    public String address() {
        return profile + "@" + version;
    }
}

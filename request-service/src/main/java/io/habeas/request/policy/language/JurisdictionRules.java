// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

import io.habeas.contracts.IdentifierKind;
import io.habeas.contracts.Right;
import io.habeas.request.calendars.Counting;
import java.time.ZoneId;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What a policy promises where one law holds. What it says holds for all its rights that say nothing else.
 *
 * @param covers other places whose people fall under it
 * @param decidedBy who approves: MACHINE does so only where the requester is the person
 * @param refusalGrounds the only grounds on which a whole request may be refused
 * @param noAnswerGrounds on which no answer is owed; a neutral letter goes out all the same
 * @param withholdingGrounds on which single items may be kept back, never a whole request
 */
public record JurisdictionRules(
        SequencedMap<Language, String> name,
        List<PlaceCode> covers,
        @Nullable ZoneId timeZone,
        List<Language> languages,
        @Nullable Counting counting,
        @Nullable Decider decidedBy,
        @Nullable RefusalRules refusal,
        @Nullable ExtensionRules extensions,
        List<CapacityRules> capacities,
        List<IdentifierKind> identifiers,
        @Nullable ProofRules proof,
        @Nullable WrittenRules writtenRequest,
        SequencedMap<ClockName, ClockRules> clocks,
        @Nullable ComplaintRules complaint,
        List<GroundRules> refusalGrounds,
        List<GroundRules> noAnswerGrounds,
        List<GroundRules> withholdingGrounds,
        SequencedMap<Name, KeepRules> keepGrounds,
        List<ExclusionRules> exclusions,
        List<MinorRules> minors,
        @Nullable SignalRules signals,
        @Nullable FeeRules fee,
        @Nullable DeliveryRules delivery,
        @Nullable RecipientRules recipients,
        @Nullable BackupRules backups,
        SequencedMap<Name, ConsentRules> consents,
        SequencedMap<Name, CategoryRules> categories,
        SequencedMap<Name, NoticeRules> notices,
        SequencedMap<Right, RightRules> rights,
        @Nullable String source) {}

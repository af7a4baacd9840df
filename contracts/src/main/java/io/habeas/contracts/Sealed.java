// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What stands inside the sealed fields, as JSON. These records exist in memory only; none of them prints what it holds. */
public final class Sealed {

    private Sealed() {}

    /**
     * What the requester says about the person: not proved, and never followed.
     *
     * @param corrections what is wrong, where a correction is asked for
     * @param evidence what shows that the requester may ask for the person
     */
    public record Claims(
            @Nullable String name,
            List<Identifier> identifiers,
            @Nullable String details,
            @Nullable List<Correction> corrections,
            @Nullable List<Evidence> evidence) {

        public Claims(@Nullable String name, List<Identifier> identifiers, @Nullable String details) {
            this(name, identifiers, details, null, null);
        }

        @Override
        public String toString() {
            return "Claims[" + identifiers.size() + " identifiers]";
        }
    }

    /** By what the controller's account system knows who has logged in. */
    public record Account(Identifier identifier) {
        @Override
        public String toString() {
            return "Account[]";
        }
    }

    /** A field and the value that it should have. */
    public record Correction(String field, String value) {
        @Override
        public String toString() {
            return "Correction[]";
        }
    }

    /** @param kind as the profile calls it @param says what it is and where it can be seen */
    public record Evidence(String kind, String says) {
        @Override
        public String toString() {
            return "Evidence[]";
        }
    }

    /** What a person wrote where the policy asks for a request in writing. */
    public record WrittenStatement(String text) {
        @Override
        public String toString() {
            return "WrittenStatement[]";
        }
    }

    /** Where letters go. */
    public record Contact(@Nullable String name, String email) {
        @Override
        public String toString() {
            return "Contact[]";
        }
    }

    /** A one-time code and the address on file it goes to. */
    public record Challenge(String email, String code) {
        @Override
        public String toString() {
            return "Challenge[]";
        }
    }

    /** What was proved: fulfillment starts from these and from nothing else. */
    public record Proved(List<Identifier> identifiers) {
        @Override
        public String toString() {
            return "Proved[" + identifiers.size() + " identifiers]";
        }
    }

    /** What somebody wrote in words of their own: what is missing, why it takes longer, why it was decided so. */
    public record Note(String text) {
        @Override
        public String toString() {
            return "Note[]";
        }
    }

    /**
     * What a person of the controller states that was done by hand. Nothing here has looked whether it was.
     *
     * @param text in words of their own
     * @param fields of a correction, each with what became of it
     */
    public record ByHand(String text, List<FieldDecision> fields) {
        @Override
        public String toString() {
            return "ByHand[]";
        }
    }

    /** @param field as the person named it @param ground of the policy on which it was not corrected; absent where it was */
    public record FieldDecision(String field, @Nullable String ground) {
        @Override
        public String toString() {
            return "FieldDecision[]";
        }
    }

    /**
     * The one person whom the directory has under the claimed identifiers.
     *
     * @param account whether the person has an account, and not only data
     */
    public record DirectoryPerson(String email, List<Identifier> identifiers, boolean account) {
        @Override
        public String toString() {
            return "DirectoryPerson[]";
        }
    }
}

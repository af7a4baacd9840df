// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.datamap;

import io.habeas.connector.ConnectorFactory;
import io.habeas.connector.OutboundNetworks;
import io.habeas.connector.Place;
import io.habeas.contracts.IdentifierKind;
import io.habeas.fulfillment.datamap.DataMap.Collection;
import io.habeas.fulfillment.datamap.DataMap.Directory;
import io.habeas.fulfillment.datamap.DataMap.Erase;
import io.habeas.fulfillment.datamap.DataMap.Excluded;
import io.habeas.fulfillment.datamap.DataMap.Exclusion;
import io.habeas.fulfillment.datamap.DataMap.Field;
import io.habeas.fulfillment.datamap.DataMap.Identifies;
import io.habeas.fulfillment.datamap.DataMap.Keep;
import io.habeas.fulfillment.datamap.DataMap.Mark;
import io.habeas.fulfillment.datamap.DataMap.NeverDisclosed;
import io.habeas.fulfillment.datamap.DataMap.Recipient;
import io.habeas.fulfillment.datamap.DataMap.Reference;
import io.habeas.fulfillment.datamap.DataMap.Setting;
import io.habeas.fulfillment.datamap.DataMap.Store;
import io.habeas.fulfillment.datamap.YamlReader.Spot;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads a data map: all of it or nothing, with every fault named by file, line, column and field. */
public final class DataMapLoader {

    private static final Set<String> TOP = Set.of("controller", "timeZone", "stores", "recipients");
    private static final Set<String> STORE =
            Set.of("id", "kind", "region", "connection", "settles", "backups", "collections");
    private static final Set<String> COLLECTION = Set.of(
            "name",
            "collection",
            "array",
            "key",
            "source",
            "directory",
            "identifies",
            "belongsTo",
            "fields",
            "sparse",
            "changedAt",
            "collectedAt",
            "keep",
            "erase",
            "exclusion");
    private static final Set<String> FIELD =
            Set.of("category", "purposes", "legalBasis", "attribute", "source", "kind", "about");
    private static final Set<String> RECIPIENT = Set.of(
            "id",
            "kind",
            "role",
            "region",
            "country",
            "receives",
            "endpoint",
            "signing",
            "answers",
            "reminded",
            "marks",
            "purposes",
            "knows");
    private static final Duration ANSWERS = Duration.ofDays(10);
    private static final Duration REMINDED = Duration.ofDays(3);
    private static final Pattern PURPOSE = Pattern.compile("[A-Z][A-Z0-9_]{1,63}");
    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9-]{0,39}");
    private static final Pattern INLINE_SECRET =
            Pattern.compile("(?i)(password|passwd|pwd|secret|apikey|api_key|token)=|//[^/@\\s]*:[^/@\\s]*@");

    private enum About {
        SUBJECT,
        SOMEONE_ELSE
    }

    private enum LegalBasis {
        CONSENT,
        CONTRACT,
        LEGAL_OBLIGATION,
        VITAL_INTERESTS,
        PUBLIC_TASK,
        LEGITIMATE_INTERESTS
    }

    private enum Role {
        SERVICE_PROVIDER,
        PROCESSOR,
        CONTRACTOR,
        AFFILIATE,
        THIRD_PARTY,
        ADVERTISING
    }

    /** The grounds on which a record may be kept; a profile allows some of them. */
    public enum Ground {
        TRANSACTION_RECORDS,
        TAX_RECORDS,
        OPEN_ORDER,
        WARRANTY,
        COMPLETE_TRANSACTION,
        SECURITY_INCIDENTS,
        DEBUGGING,
        FREE_SPEECH,
        ELECTRONIC_COMMUNICATIONS_PRIVACY_ACT,
        RESEARCH_WITH_CONSENT,
        EXPECTED_INTERNAL_USES,
        LEGAL_OBLIGATION,
        COMPATIBLE_LAWFUL_USES,
        LEGAL_CLAIMS,
        CONTRACT,
        PUBLIC_INTEREST
    }

    private record Pending(Spot spot, String field, String target, boolean follow) {}

    private record Draft(
            Spot spot,
            Collection collection,
            List<Pending> references,
            @Nullable Spot sparse) {}

    private final Map<String, List<ConnectorFactory.Setting>> kinds;
    private final Set<String> recipientKinds;
    private final OutboundNetworks networks;

    /** @param kinds the settings of every kind of store there is a connector for */
    public DataMapLoader(Map<String, List<ConnectorFactory.Setting>> kinds) {
        this(kinds, Set.of(), OutboundNetworks.publicAlone());
    }

    /**
     * @param recipientKinds the kinds of recipients that can be told
     * @param networks where connections to them may lead
     */
    public DataMapLoader(
            Map<String, List<ConnectorFactory.Setting>> kinds, Set<String> recipientKinds, OutboundNetworks networks) {
        this.kinds = Map.copyOf(kinds);
        this.recipientKinds = Set.copyOf(recipientKinds);
        this.networks = networks;
    }

    /**
     * @param controller whose map it must be
     * @param region the one region that the controller's data may lie in; absent where that is not said
     * @param file for the faults
     * @throws DataMapException with every fault found
     */
    public DataMap load(String controller, @Nullable String region, String file, String text) throws DataMapException {
        var reading = new Reading(new YamlReader(file), controller, region);
        var map = reading.yaml
                .document(text)
                .map(root -> reading.map(root, versionOf(text)))
                .orElse(null);
        if (map == null || !reading.yaml.faults().isEmpty()) {
            throw new DataMapException(reading.yaml.faults());
        }
        return map;
    }

    /** The version that a text of a map gets. */
    public static String versionOf(String text) {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 6);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** One pass over one file. */
    private final class Reading {

        private final YamlReader yaml;
        private final String controller;
        private final @Nullable String region;
        private final Map<String, Map<String, Draft>> drafts = new LinkedHashMap<>();

        Reading(YamlReader yaml, String controller, @Nullable String region) {
            this.yaml = yaml;
            this.controller = controller;
            this.region = region;
        }

        DataMap map(Spot root, String version) {
            var entries = yaml.mapping(root, TOP);
            var named = yaml.required(root, entries, "controller");
            if (!named.isEmpty() && !named.equals(controller)) {
                yaml.fault(
                        Objects.requireNonNull(entries.get("controller")),
                        "this map lies in the folder of controller '" + controller + "'");
            }
            var zone = yaml.parsed(entries.get("timeZone"), DataMapLoader::zone).orElse(ZoneOffset.UTC);
            if (!entries.containsKey("stores")) {
                yaml.fault(root, "the field 'stores' is missing");
            }
            var stores = new ArrayList<Store>();
            yaml.list(entries.get("stores")).forEach(spot -> stores.add(store(spot, stores)));
            var linked = stores.stream().map(this::linked).toList();
            var recipients = new ArrayList<Recipient>();
            yaml.list(entries.get("recipients")).forEach(spot -> recipients.add(recipient(spot, linked, recipients)));
            var map = new DataMap(controller, version, zone, linked, recipients);
            if (yaml.faults().isEmpty()) {
                new Shape(map).check();
            }
            return map;
        }

        private Store store(Spot spot, List<Store> before) {
            var entries = yaml.mapping(spot, STORE);
            var id = yaml.required(spot, entries, "id");
            if (!id.isEmpty() && !ID.matcher(id).matches()) {
                yaml.fault(Objects.requireNonNull(entries.get("id")), "an id is lower-case letters, digits and '-'");
            }
            if (before.stream().anyMatch(other -> other.id().equals(id))) {
                yaml.fault(Objects.requireNonNull(entries.get("id")), "another store has this id");
            }
            var kind = yaml.required(spot, entries, "kind");
            var settings = kinds.get(kind);
            if (!kind.isEmpty() && settings == null) {
                yaml.fault(
                        Objects.requireNonNull(entries.get("kind")),
                        "there is no connector of this kind; allowed here: "
                                + String.join(", ", new TreeSet<>(kinds.keySet())));
            }
            var connection = connection(spot, entries.get("connection"), settings);
            var settles = yaml.parsed(entries.get("settles"), Spans::duration).orElse(Duration.ZERO);
            var backups = entries.get("backups");
            var refreshed = backups == null
                    ? null
                    : yaml.parsed(yaml.mapping(backups, Set.of("refreshed")).get("refreshed"), Spans::period)
                            .orElse(null);
            if (!entries.containsKey("collections")) {
                yaml.fault(spot, "the field 'collections' is missing");
            }
            var own = drafts.computeIfAbsent(id, _ -> new LinkedHashMap<>());
            yaml.list(entries.get("collections")).forEach(it -> collection(id, kind, it, own));
            var lies = yaml.required(spot, entries, "region");
            if (region != null && !lies.isEmpty() && !lies.equals(region)) {
                yaml.fault(
                        Objects.requireNonNull(entries.get("region")),
                        "the controller is bound to another region; allowed here: " + region);
            }
            return new Store(id, kind, lies, connection, settles, refreshed, List.of());
        }

        private Map<String, Setting> connection(
                Spot store, @Nullable Spot spot, @Nullable List<ConnectorFactory.Setting> settings) {
            var connection = new LinkedHashMap<String, Setting>();
            if (spot == null) {
                yaml.fault(store, "the field 'connection' is missing");
                return connection;
            }
            var known = settings == null ? List.<ConnectorFactory.Setting>of() : settings;
            var names = known.stream().map(ConnectorFactory.Setting::name).collect(Collectors.toSet());
            var entries = settings == null ? yaml.anyMapping(spot) : yaml.mapping(spot, names);
            known.stream()
                    .filter(it -> it.required() && !entries.containsKey(it.name()))
                    .forEach(it -> yaml.fault(spot, "the setting '" + it.name() + "' is missing"));
            entries.forEach((name, value) -> {
                boolean secret = known.stream().anyMatch(it -> it.name().equals(name) && it.secret());
                var setting = setting(value, name, secret, known);
                if (setting != null) {
                    connection.put(name, setting);
                }
            });
            return connection;
        }

        private @Nullable Setting setting(
                Spot value, String name, boolean secret, List<ConnectorFactory.Setting> known) {
            if (value.node() instanceof MappingNode) {
                if (!secret && !known.isEmpty()) {
                    yaml.fault(
                            value,
                            "'" + name + "' takes no {secret: <name>}, " + takers(known)
                                    + " does; write its value here");
                    return null;
                }
                return new Setting.Secret(secretOf(value));
            }
            if (secret) {
                notInAMap(value);
                return null;
            }
            var text = yaml.text(value).orElse("");
            if (INLINE_SECRET.matcher(text).find()) {
                yaml.fault(
                        value,
                        "this seems to hold a password; take it out: " + takers(known) + " takes {secret: <name>}");
                return null;
            }
            return new Setting.Plain(text);
        }

        /** The settings that a connector keeps secret; what is sent as it stands would carry a secret to wherever a map leads it. */
        private static String takers(List<ConnectorFactory.Setting> known) {
            var names = known.stream()
                    .filter(ConnectorFactory.Setting::secret)
                    .map(ConnectorFactory.Setting::name)
                    .collect(Collectors.joining(", "));
            return names.isEmpty() ? "no setting of this kind" : "only " + names;
        }

        private String secretOf(Spot spot) {
            var entries = yaml.mapping(spot, Set.of("secret"));
            var name = yaml.required(spot, entries, "secret");
            if (!name.isEmpty() && !Setting.Secret.isName(name)) {
                yaml.fault(
                        Objects.requireNonNull(entries.get("secret")),
                        "the name of a secret is lower-case letters, digits, '.', '_' and '-'; it is a file in secrets/"
                                + controller);
            }
            return name;
        }

        private void notInAMap(Spot spot) {
            yaml.fault(
                    spot,
                    "a secret does not stand in a map; write {secret: <name>} and put the value into secrets/"
                            + controller + "/<name>");
        }

        private void collection(String store, String kind, Spot spot, Map<String, Draft> own) {
            var entries = yaml.mapping(spot, COLLECTION);
            var name = yaml.required(spot, entries, "name");
            if (own.containsKey(name)) {
                yaml.fault(
                        Objects.requireNonNull(entries.get("name")), "another collection of this store has this name");
            }
            var physical = yaml.text(entries.get("collection")).orElse(name);
            var array = yaml.text(entries.get("array")).orElse(null);
            if (!entries.containsKey("key") && (!kind.equals("mongo") || array != null)) {
                yaml.fault(spot, "the field 'key' is missing: the field that names one record");
            }
            var key = yaml.text(entries.get("key")).orElse("_id");
            var identifies = identifies(entries.get("identifies"));
            var references = references(entries.get("belongsTo"));
            var fields = fields(entries.get("fields"));
            if (!entries.containsKey("erase")) {
                yaml.fault(spot, "the field 'erase' is missing; allowed: DELETE or {ANONYMIZE: [fields]}");
            }
            var eraseSpot = entries.getOrDefault("erase", spot);
            var erase = entries.containsKey("erase") ? erase(eraseSpot, key) : new Erase.Delete();
            var collection = new Collection(
                    store,
                    name,
                    new Place(physical, array, key),
                    yaml.text(entries.get("source")).orElse(null),
                    directory(entries.get("directory")),
                    identifies,
                    List.of(),
                    fields,
                    yaml.text(entries.get("changedAt")).orElse(null),
                    yaml.text(entries.get("collectedAt")).orElse(null),
                    keep(entries.get("keep")),
                    erase,
                    exclusion(entries.get("exclusion")));
            own.put(name, new Draft(spot, collection, references, entries.get("sparse")));
        }

        /** Fields that no document may have left: a misspelled one would look like nobody's data for ever, so it has to stand elsewhere in the map. */
        private Collection lacking(Collection collection, String kind, @Nullable Spot sparse) {
            if (sparse == null) {
                return collection;
            }
            if (!kind.equals("mongo")) {
                yaml.fault(
                        sparse, "a table has every one of its columns; only documents (kind mongo) can lack a field");
                return collection;
            }
            var possible = collection.mayLack();
            var fields = new LinkedHashSet<String>();
            yaml.list(sparse).forEach(it -> yaml.text(it).ifPresent(field -> {
                if (possible.contains(field)) {
                    if (!holds(it, collection, field)) {
                        fields.add(field);
                    }
                } else if (collection.named().contains(field)) {
                    yaml.fault(
                            it,
                            "what is decided by this field, or emptied in it, would go wrong where the store renames it; only these may be missing: "
                                    + possible);
                } else {
                    yaml.fault(it, "no other part of this collection names this field; expected one of " + possible);
                }
            }));
            return collection.at(collection.place().lacking(fields));
        }

        /** Whether the record is kept by what this field leads to, which nobody would know without it. */
        private boolean holds(Spot spot, Collection collection, String field) {
            boolean byParent = collection.keep() instanceof Keep.WithParent
                    || collection.keep() instanceof Keep.Dated dated && dated.of() != null;
            boolean kept = byParent
                    && collection.belongsTo().stream()
                            .filter(it -> it.field().equals(field))
                            .map(it -> Objects.requireNonNull(Objects.requireNonNull(drafts.get(it.store()))
                                    .get(it.collection())))
                            .anyMatch(parent -> parent.collection().keep() instanceof Keep.Dated
                                    || parent.collection().keep() instanceof Keep.WithParent
                                            && !parent.references().isEmpty());
            if (kept) {
                yaml.fault(
                        spot,
                        "the record is kept while the one that this field leads to is kept, and would not be where it is missing; take it out of 'sparse', or write 'keep: NONE'");
            }
            return kept;
        }

        private @Nullable Directory directory(@Nullable Spot spot) {
            if (spot == null) {
                return null;
            }
            var entries = yaml.mapping(spot, Set.of("contact", "account"));
            return new Directory(
                    yaml.required(spot, entries, "contact"),
                    yaml.text(entries.get("account")).orElse(null));
        }

        private List<Identifies> identifies(@Nullable Spot spot) {
            var found = new ArrayList<Identifies>();
            if (spot != null) {
                yaml.anyMapping(spot).forEach((field, value) -> {
                    boolean nested = value.node() instanceof MappingNode;
                    var entries = nested ? yaml.mapping(value, Set.of("as", "follow")) : Map.of("as", value);
                    if (!entries.containsKey("as")) {
                        yaml.fault(value, "the field 'as' is missing");
                    }
                    yaml.oneOf(entries.get("as"), IdentifierKind.class)
                            .ifPresent(it -> found.add(new Identifies(field, it, yaml.flag(entries.get("follow")))));
                });
            }
            return found;
        }

        private List<Pending> references(@Nullable Spot spot) {
            var found = new ArrayList<Pending>();
            if (spot != null) {
                yaml.anyMapping(spot).forEach((field, value) -> {
                    boolean nested = value.node() instanceof MappingNode;
                    var entries = nested ? yaml.mapping(value, Set.of("to", "follow")) : Map.of("to", value);
                    var target = yaml.required(value, entries, "to");
                    found.add(new Pending(
                            entries.getOrDefault("to", value), field, target, yaml.flag(entries.get("follow"))));
                });
            }
            return found;
        }

        private Map<String, Field> fields(@Nullable Spot spot) {
            var fields = new LinkedHashMap<String, Field>();
            if (spot != null) {
                yaml.anyMapping(spot).forEach((name, value) -> fields.put(name, field(value)));
            }
            return fields;
        }

        private Field field(Spot spot) {
            var entries = yaml.mapping(spot, FIELD);
            var category = yaml.text(entries.get("category")).orElse(null);
            var kind = yaml.oneOf(entries.get("kind"), NeverDisclosed.class).orElse(null);
            boolean someoneElse = yaml.oneOf(entries.get("about"), About.class)
                    .filter(About.SOMEONE_ELSE::equals)
                    .isPresent();
            if (!entries.containsKey("category") && !entries.containsKey("kind") && !someoneElse) {
                yaml.fault(
                        spot,
                        "the field 'category' is missing (or 'kind' for what is never disclosed, or 'about: SOMEONE_ELSE')");
            }
            var basis = yaml.oneOf(entries.get("legalBasis"), LegalBasis.class)
                    .map(Enum::name)
                    .orElse(null);
            return new Field(
                    category,
                    yaml.texts(entries.get("purposes")),
                    basis,
                    yaml.text(entries.get("attribute")).orElse(null),
                    yaml.text(entries.get("source")).orElse(null),
                    kind,
                    someoneElse);
        }

        /** The word alone marks every record of the collection. */
        private @Nullable Excluded exclusion(@Nullable Spot spot) {
            if (spot == null) {
                return null;
            }
            boolean some = spot.node() instanceof MappingNode;
            var entries = some ? yaml.mapping(spot, Set.of("what", "where")) : Map.of("what", spot);
            if (some) {
                yaml.required(spot, entries, "what");
                yaml.required(spot, entries, "where");
            }
            return yaml.oneOf(entries.get("what"), Exclusion.class)
                    .map(it -> new Excluded(it, yaml.text(entries.get("where")).orElse(null)))
                    .orElse(null);
        }

        private Keep keep(@Nullable Spot spot) {
            if (spot == null) {
                return new Keep.WithParent();
            }
            if (!(spot.node() instanceof MappingNode)) {
                var word = yaml.text(spot).orElse("");
                if (!word.equals("NONE") && !word.equals("WITH_PARENT")) {
                    yaml.fault(spot, "allowed here: NONE, WITH_PARENT, or {ground, for, from}");
                }
                return word.equals("NONE") ? new Keep.Nothing() : new Keep.WithParent();
            }
            var entries = yaml.mapping(spot, Set.of("ground", "for", "from"));
            yaml.required(spot, entries, "ground");
            yaml.required(spot, entries, "for");
            var ground = yaml.oneOf(entries.get("ground"), Ground.class);
            var period = yaml.parsed(entries.get("for"), Spans::period);
            var from = yaml.required(spot, entries, "from");
            return ground.isPresent() && period.isPresent()
                    ? new Keep.Dated(ground.get().name(), period.get(), null, from)
                    : new Keep.Nothing();
        }

        private Erase erase(Spot spot, String key) {
            if (!(spot.node() instanceof MappingNode)) {
                yaml.text(spot)
                        .filter(word -> !word.equals("DELETE"))
                        .ifPresent(_ -> yaml.fault(spot, "allowed here: DELETE, or {ANONYMIZE: [fields]}"));
                return new Erase.Delete();
            }
            var entries = yaml.mapping(spot, Set.of("ANONYMIZE"));
            var fields = entries.get("ANONYMIZE");
            var replacements = new LinkedHashMap<String, @Nullable Object>();
            if (fields == null) {
                yaml.fault(spot, "the field 'ANONYMIZE' is missing");
            } else if (fields.node() instanceof SequenceNode) {
                yaml.texts(fields).forEach(field -> replacements.put(field, null));
            } else {
                yaml.anyMapping(fields).forEach((field, value) -> replacements.put(field, replacement(value)));
            }
            if (fields != null && replacements.isEmpty()) {
                yaml.fault(fields, "at least one field is expected");
            }
            if (replacements.containsKey(key)) {
                yaml.fault(spot, "the key '" + key + "' cannot be anonymized; use DELETE, or another field");
            }
            return new Erase.Anonymize(replacements);
        }

        private @Nullable Object replacement(Spot spot) {
            if (!(spot.node() instanceof ScalarNode scalar)) {
                yaml.fault(spot, "a text, a whole number, true, false or null is expected here");
                return null;
            }
            if (scalar.getTag().equals(Tag.NULL)) {
                return null;
            }
            if (scalar.getTag().equals(Tag.BOOL)) {
                return Boolean.valueOf(scalar.getValue());
            }
            if (scalar.getTag().equals(Tag.INT)) {
                return Long.valueOf(scalar.getValue());
            }
            return scalar.getValue();
        }

        private Recipient recipient(Spot spot, List<Store> stores, List<Recipient> before) {
            var entries = yaml.mapping(spot, RECIPIENT);
            var role =
                    yaml.oneOf(entries.get("role"), Role.class).map(Enum::name).orElse("");
            yaml.required(spot, entries, "role");
            var id = yaml.required(spot, entries, "id");
            if (before.stream().anyMatch(it -> it.id().equals(id))
                    || stores.stream().anyMatch(it -> it.id().equals(id))) {
                yaml.fault(Objects.requireNonNull(entries.get("id")), "another recipient or a store has this id");
            }
            var kind = yaml.text(entries.get("kind")).orElse("");
            if (recipientKinds.contains(kind)) {
                tellable(spot, entries, stores);
            }
            return new Recipient(
                    id,
                    kind,
                    role,
                    yaml.required(spot, entries, "region"),
                    yaml.text(entries.get("country")).orElse(null),
                    yaml.texts(entries.get("receives")),
                    yaml.text(entries.get("endpoint")).orElse(null),
                    signing(entries.get("signing")),
                    yaml.parsed(entries.get("answers"), Spans::duration).orElse(ANSWERS),
                    yaml.parsed(entries.get("reminded"), Spans::duration).orElse(REMINDED),
                    several(entries.get("marks"), Mark.class),
                    purposes(entries.get("purposes")),
                    several(entries.get("knows"), IdentifierKind.class));
        }

        private <E extends Enum<E>> List<E> several(@Nullable Spot spot, Class<E> type) {
            return yaml.list(spot).stream()
                    .map(it -> yaml.oneOf(it, type))
                    .flatMap(Optional::stream)
                    .distinct()
                    .toList();
        }

        /** Names of the policy, so that a withdrawal of consent for one of them is told. */
        private List<String> purposes(@Nullable Spot spot) {
            return yaml.list(spot).stream()
                    .map(it -> yaml.parsed(it, text -> {
                        if (!PURPOSE.matcher(text).matches()) {
                            throw new IllegalArgumentException(
                                    "a purpose as the policy writes it, such as BUSINESS_PARTNERS");
                        }
                        return text;
                    }))
                    .flatMap(Optional::stream)
                    .distinct()
                    .toList();
        }

        private @Nullable String signing(@Nullable Spot spot) {
            if (spot == null) {
                return null;
            }
            if (!(spot.node() instanceof MappingNode)) {
                notInAMap(spot);
                return null;
            }
            return secretOf(spot);
        }

        /** A recipient that is told needs an address outside, a shared secret, and something by which it knows the person. */
        private void tellable(Spot spot, Map<String, Spot> entries, List<Store> stores) {
            var endpoint = yaml.required(spot, entries, "endpoint");
            if (!endpoint.isEmpty()) {
                networks.refusal(endpoint)
                        .ifPresent(why -> yaml.fault(Objects.requireNonNull(entries.get("endpoint")), why));
            }
            if (!entries.containsKey("signing")) {
                yaml.fault(
                        spot,
                        "the field 'signing' is missing: {secret: <name>} of the secret shared with the recipient");
            }
            var receives = yaml.texts(entries.get("receives"));
            boolean known = stores.stream()
                    .flatMap(it -> it.collections().stream())
                    .anyMatch(collection -> collection.identifies().stream()
                            .map(it -> collection.fields().get(it.field()))
                            .anyMatch(field -> field != null && receives.contains(field.category())));
            if (!known && yaml.faults().isEmpty()) {
                yaml.fault(
                        spot,
                        "no field that identifies a person is of a category in 'receives', so that the recipient could not know"
                                + " whom a notice is about");
            }
        }

        private Store linked(Store store) {
            var collections = drafts.getOrDefault(store.id(), Map.of()).values().stream()
                    .map(it -> linked(it, store.kind()))
                    .toList();
            return store.with(collections);
        }

        private Collection linked(Draft draft, String kind) {
            var plain = draft.collection();
            var references = draft.references().stream()
                    .map(this::resolved)
                    .filter(Objects::nonNull)
                    .map(Objects::requireNonNull)
                    .toList();
            return lacking(
                    new Collection(
                            plain.store(),
                            plain.name(),
                            plain.place(),
                            plain.source(),
                            plain.directory(),
                            plain.identifies(),
                            references,
                            plain.fields(),
                            plain.changedAt(),
                            plain.collectedAt(),
                            counted(plain.keep(), references),
                            plain.erase(),
                            plain.exclusion()),
                    kind,
                    draft.sparse());
        }

        /** {@code from: store.collection.field} counts by the record that this one belongs to. */
        private Keep counted(Keep keep, List<Reference> references) {
            if (keep instanceof Keep.Dated dated) {
                for (var reference : references) {
                    var parent = reference.store() + "." + reference.collection();
                    if (dated.from().startsWith(parent + ".")) {
                        return new Keep.Dated(
                                dated.ground(),
                                dated.period(),
                                parent,
                                dated.from().substring(parent.length() + 1));
                    }
                }
            }
            return keep;
        }

        /** {@code store.collection.field}, where the names of collections and fields may hold dots of their own. */
        private @Nullable Reference resolved(Pending pending) {
            for (var store : drafts.entrySet()) {
                for (var draft : store.getValue().values()) {
                    var prefix = draft.collection().id() + ".";
                    if (pending.target().startsWith(prefix) && pending.target().length() > prefix.length()) {
                        var to = pending.target().substring(prefix.length());
                        safe(pending, draft.collection(), to);
                        return new Reference(
                                pending.field(),
                                draft.collection().store(),
                                draft.collection().name(),
                                to,
                                pending.follow());
                    }
                }
            }
            yaml.fault(
                    pending.spot(),
                    "there is no such collection; expected <store>.<collection>.<field>, with one of "
                            + drafts.values().stream()
                                    .flatMap(it -> it.values().stream())
                                    .map(it -> it.collection().id())
                                    .sorted()
                                    .collect(Collectors.joining(", ")));
            return null;
        }

        /** A reference to a field that several people may share would let a delete reach rows of others. */
        private void safe(Pending pending, Collection parent, String to) {
            boolean names = parent.place().key().equals(to)
                    || parent.identifies().stream().anyMatch(it -> it.field().equals(to));
            if (!names) {
                yaml.fault(
                        pending.spot(),
                        "'" + to + "' neither is the key of " + parent.id()
                                + " nor identifies a person, so a delete could match rows of other people; refer to "
                                + parent.place().key());
            }
        }

        /** What can be judged only once every collection is known. */
        private final class Shape {

            private final DataMap map;

            Shape(DataMap map) {
                this.map = map;
            }

            void check() {
                var directories =
                        map.collections().filter(it -> it.directory() != null).toList();
                directories.stream()
                        .skip(1)
                        .forEach(it -> fault(
                                it,
                                "only one collection is the directory; "
                                        + directories.get(0).id() + " is"));
                directories.stream()
                        .filter(it -> it.identifies().isEmpty())
                        .forEach(it -> fault(it, "the directory needs 'identifies', or nobody can be found in it"));
                directories.forEach(this::numbers);
                var reached = new HashMap<String, Boolean>();
                map.collections().forEach(it -> {
                    if (cycle(it, new ArrayList<>())) {
                        reached.put(it.id(), true);
                    }
                });
                map.collections()
                        .filter(it -> !reached.containsKey(it.id()) && !reachable(it, new HashSet<>()))
                        .forEach(it -> fault(
                                it,
                                "nothing leads from a person to this collection, so an erasure could match rows without the"
                                        + " person; add 'identifies', or 'belongsTo' a collection that has it"));
                map.collections()
                        .filter(it -> it.keep() instanceof Keep.WithParent
                                && it.erase() instanceof Erase.Anonymize anonymize
                                && anonymize.replacements().isEmpty())
                        .forEach(it -> fault(it, "nothing is erased here"));
            }

            /** The number that is proved is the key of the directory: where another one is called so, it would lead to somebody else. */
            private void numbers(Collection directory) {
                var key = directory.place().key();
                var called = numbered(directory).toList();
                if (called.stream().anyMatch(it -> !it.equals(key))) {
                    fault(
                            directory,
                            "CUSTOMER_ID is proved from the key '" + key
                                    + "' of the directory, so no other field of it may be"
                                    + " called so; make that field the key, or call it ACCOUNT_NAME");
                } else if (called.isEmpty()
                        && map.collections().flatMap(this::numbered).findAny().isPresent()) {
                    fault(
                            directory,
                            "other collections know people by CUSTOMER_ID, which is proved from the key '" + key
                                    + "' of the directory; where it is that number, add '" + key
                                    + ": CUSTOMER_ID' to its"
                                    + " 'identifies'");
                }
            }

            private Stream<String> numbered(Collection collection) {
                return collection.identifies().stream()
                        .filter(it -> it.kind() == IdentifierKind.CUSTOMER_ID)
                        .map(it -> it.field());
            }

            private boolean cycle(Collection collection, List<String> way) {
                if (way.contains(collection.id())) {
                    if (way.get(0).equals(collection.id())) {
                        fault(
                                collection,
                                "belongsTo leads back to where it began: " + String.join(" -> ", way) + " -> "
                                        + collection.id());
                    }
                    return true;
                }
                way.add(collection.id());
                boolean found = false;
                for (var reference : collection.belongsTo()) {
                    found |= cycle(map.collection(reference.store(), reference.collection()), new ArrayList<>(way));
                }
                return found;
            }

            private boolean reachable(Collection collection, Set<String> seen) {
                if (!collection.identifies().isEmpty()) {
                    return true;
                }
                return seen.add(collection.id())
                        && collection.belongsTo().stream()
                                .anyMatch(it -> reachable(map.collection(it.store(), it.collection()), seen));
            }

            private void fault(Collection collection, String message) {
                var draft = Objects.requireNonNull(
                        Objects.requireNonNull(drafts.get(collection.store())).get(collection.name()));
                yaml.fault(draft.spot(), message);
            }
        }
    }

    private static ZoneId zone(String text) {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException unknown) {
            throw new IllegalArgumentException("a time zone such as America/Los_Angeles or Asia/Shanghai is expected");
        }
    }
}

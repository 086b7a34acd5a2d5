package dev.floe.node.cli.setup;

import java.util.List;
import java.util.random.RandomGenerator;

/** Makes names for meshes that people can tell apart and say: an adjective and an animal. */
public final class MeshNameGenerator {
    private static final List<String> ADJECTIVES = List.of("amber", "blue", "brave", "bright", "calm", "clever",
            "copper", "cosy", "eager", "early", "fair", "fleet", "gentle", "golden", "green", "happy", "honest",
            "jolly",
            "keen", "kind", "late", "light", "lively", "lucky", "merry", "mild", "noble", "proud", "quick", "quiet",
            "rapid", "red", "shy", "silver", "small", "smart", "snowy", "spry", "steady", "still", "sunny", "swift",
            "tall", "tidy", "vivid", "warm", "white", "wise");
    private static final List<String> ANIMALS = List.of("badger", "beaver", "bison", "crane", "curlew", "deer", "dove",
            "eagle", "falcon", "ferret", "finch", "fox", "gannet", "goose", "hare", "heron", "ibex", "jay", "kestrel",
            "lark", "lemur", "lynx", "magpie", "marten", "mole", "moose", "newt", "orca", "osprey", "otter", "owl",
            "panda", "plover", "puffin", "raven", "robin", "seal", "shrew", "stork", "swan", "swift", "tern", "thrush",
            "trout", "vole", "walrus", "whale", "wren");

    private MeshNameGenerator() {}

    public static String draw(RandomGenerator random) {
        return ADJECTIVES.get(random.nextInt(ADJECTIVES.size())) + "-" + ANIMALS.get(random.nextInt(ANIMALS.size()));
    }
}

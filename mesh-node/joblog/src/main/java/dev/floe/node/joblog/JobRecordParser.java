package dev.floe.node.joblog;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;

import dev.floe.node.bounds.PeerNumber;
import dev.floe.node.bounds.PeerText;

/**
 * Reads what {@link JobRecord#toJson} writes. The text may come from a peer or from a damaged file, so everything is
 * bounded. Unknown fields are skipped, missing ones have their zero.
 */
final class JobRecordParser {
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(8)
                    .maxDocumentLength(JobRecord.MAX_JSON_CHARACTERS).maxNumberLength(40).build())
            .build();
    private static final int MAX_LIST = 2_000;
    private static final double MAX_MILLIS = Duration.ofDays(365).toMillis();

    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, Double> numbers = new HashMap<>();
    private final Map<String, List<String>> lists = new HashMap<>();
    private final Map<String, Map<JobStep, Duration>> times = new HashMap<>();
    private final List<JobRecord.Attempt> attempts = new ArrayList<>();

    private JobRecordParser() {}

    static JobRecord parse(String json) throws IOException {
        JobRecordParser parser = new JobRecordParser();
        try (JsonParser in = JSON.createParser(json)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("a job record is no JSON object");
            }
            while (in.nextToken() != JsonToken.END_OBJECT) {
                String name = in.currentName();
                parser.field(name, in.nextToken(), in);
            }
        }
        return parser.record();
    }

    private void field(String name, JsonToken token, JsonParser in) throws IOException {
        switch (token) {
            case VALUE_STRING -> texts.put(name, PeerText.of(in.getText()));
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> numbers.put(name, in.getDoubleValue());
            case START_ARRAY -> {
                if (name.equals("attempts")) {
                    attempts(in);
                } else {
                    lists.put(name, texts(name, in));
                }
            }
            case START_OBJECT -> times.put(name, times(name, in));
            case VALUE_TRUE, VALUE_FALSE, VALUE_NULL -> {
                // of a later version
            }
            case null, default -> throw new IOException("a job record ends within the field " + PeerText.of(name));
        }
    }

    private static List<String> texts(String name, JsonParser in) throws IOException {
        List<String> texts = new ArrayList<>();
        for (JsonToken token = in.nextToken(); token != JsonToken.END_ARRAY; token = in.nextToken()) {
            if (token != JsonToken.VALUE_STRING || texts.size() >= MAX_LIST) {
                throw new IOException("a job record's field " + PeerText.of(name) + " is no list of at most " + MAX_LIST
                        + " texts");
            }
            texts.add(PeerText.of(in.getText()));
        }
        return texts;
    }

    private void attempts(JsonParser in) throws IOException {
        while (in.nextToken() == JsonToken.START_OBJECT && attempts.size() < MAX_LIST) {
            Map<String, String> attempt = new HashMap<>();
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                if (in.nextToken() != JsonToken.VALUE_STRING) {
                    throw new IOException("a job record's field attempts has a value that is no text");
                }
                attempt.put(name, PeerText.of(in.getText()));
            }
            attempts.add(new JobRecord.Attempt(attempt.getOrDefault("node", ""), attempt.getOrDefault("result", "")));
        }
        if (in.currentToken() != JsonToken.END_ARRAY) {
            throw new IOException("a job record's field attempts is no list of objects");
        }
    }

    /** An unknown step, of a later version, is skipped. */
    private static Map<JobStep, Duration> times(String name, JsonParser in) throws IOException {
        Map<JobStep, Duration> times = new EnumMap<>(JobStep.class);
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String key = in.currentName();
            JsonToken token = in.nextToken();
            if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
                throw new IOException("a job record's field " + PeerText.of(name) + " has a value that is no number");
            }
            double millis = in.getDoubleValue();
            JobStep.find(key).ifPresent(step -> times.put(step, duration(millis)));
        }
        if (in.currentToken() != JsonToken.END_OBJECT) {
            throw new IOException("a job record's field " + PeerText.of(name) + " is no object of numbers");
        }
        return times;
    }

    private static Duration duration(double millis) {
        return Duration.ofNanos((long) (1e6 * Math.clamp(millis, 0, MAX_MILLIS)));
    }

    private JobRecord record() throws IOException {
        return new JobRecord(text("id"), started(), text("source"), text("output"), text("directory"),
                lists.getOrDefault("argv", List.of()), decision(), text("reason"), text("node"), (int) number("exit"),
                duration(number("totalMillis")), times.getOrDefault("steps", Map.of()),
                times.getOrDefault("cpu", Map.of()),
                duration(number("compilerMillis")), attempts, text("toolchain"), (int) number("inputs"),
                (long) number("bytesSent"), (long) number("bytesReceived"),
                PeerNumber.memoryBytes((long) number("maxRssBytes")), text("cache"),
                duration(number("savedMillis")), proof(), text("submitter"), text("build"));
    }

    private Instant started() throws IOException {
        try {
            return Instant.parse(text("started"));
        } catch (DateTimeException e) {
            throw new IOException("a job record's field started is no time: " + text("started"), e);
        }
    }

    private JobRecord.Decision decision() throws IOException {
        for (JobRecord.Decision decision : JobRecord.Decision.values()) {
            if (decision.name().toLowerCase(Locale.ROOT).equals(text("decision"))) {
                return decision;
            }
        }
        throw new IOException("a job record's field decision is not known: " + text("decision"));
    }

    private ResultProof proof() {
        for (ResultProof.ProofKind kind : ResultProof.ProofKind.values()) {
            if (kind.key().equals(text("proof"))) {
                return new ResultProof(kind, lists.getOrDefault("missed", List.of()), text("notObserved"));
            }
        }
        return ResultProof.NONE;
    }

    private String text(String name) {
        return texts.getOrDefault(name, "");
    }

    private double number(String name) {
        return numbers.getOrDefault(name, 0.0);
    }
}

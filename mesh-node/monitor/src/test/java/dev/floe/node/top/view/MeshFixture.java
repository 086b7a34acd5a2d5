package dev.floe.node.top.view;

import java.io.IOException;
import java.io.UncheckedIOException;

import dev.floe.node.top.feed.TopModel;
import dev.floe.node.top.feed.WatchLine;
import dev.floe.node.top.terminal.KeyPress;

/**
 * A fixed snapshot: three nodes, of which one does not execute, four running jobs, three that have ended, two reasons.
 */
public final class MeshFixture {
    public static final String LINE = """
            {"snapshot":{"time":"2026-11-29T16:00:00.123Z","self":"desk","mesh":"office","meshId":"x",
            "totals":{"nodes":3,"slots":18,"busy":4,"free":10,"queued":2,"offline":4,"jobsPerSecond":12.44,"hitPercent":41.5,
             "savedSeconds":123.4,"jobs":4711,"remote":3000,"cached":1500,"local":211},
            "nodes":[
             {"name":"desk","self":true,"address":"10.0.0.1:7081","architecture":"x86_64","cores":8,"memoryBytes":17179869184,
              "freeMemoryBytes":8589934592,"load":1.25,"slots":8,"busy":2,"queued":1,"speed":1.07,"toolchains":2,
              "version":"0.1.0","executes":true,"notExecutingReason":"","trouble":"","paused":false,"draining":false,"watched":true,
              "jobs":10,"remote":5,"cached":3,"local":2,"done":4,"failed":0,"bytesSent":1536,"bytesReceived":3145728},
             {"name":"pi","self":false,"slots":4,"busy":0,"speed":0.2,"version":"0.0.9","executes":false,
              "notExecutingReason":"another release","watched":false,"load":-1},
             {"name":"pc2","self":false,"slots":6,"busy":2,"queued":1,"speed":1.5,"load":5.5,"freeMemoryBytes":1048576,
              "version":"0.1.0","executes":true,"trouble":"its disk is full","watched":true,"jobs":1,"done":1234567,
              "bytesSent":2147483648,"bytesReceived":0}],
            "running":[
             {"id":"desk/17","build":"b1","source":"/home/user/project/src/a.c","submitter":"desk","executor":"pc2","step":"run",
              "elapsedMillis":1200,"predictedMillis":900},
             {"id":"desk/18","build":"b1","source":"/home/user/project/src/b.c","submitter":"desk","executor":"desk",
              "step":"local-run","elapsedMillis":61000,"predictedMillis":0},
             {"id":"pc2/3","build":"b2","source":"c.c","submitter":"pc2","executor":"desk","step":"upload","elapsedMillis":10,
              "predictedMillis":4000},
             {"id":"desk/19","build":"b1","source":"d.c","submitter":"desk","executor":"","step":"parse","elapsedMillis":5}],
            "recent":[
             {"id":"desk/16","build":"b1","source":"z.c","submitter":"desk","node":"pc2","decision":"remote","reason":"","exit":0,
              "totalMillis":700,"cache":"miss: not known","attempts":[{"node":"pi","result":"refused: full"},
              {"node":"pc2","result":"accepted"}]},
             {"id":"desk/15","build":"b1","source":"","argv":["gcc","-o","prog","z.o"],"submitter":"desk","node":"desk",
              "decision":"local","reason":"links or makes no object","exit":-1,"totalMillis":50},
             {"id":"pc2/2","build":"b2","source":"wrong.c","submitter":"pc2","node":"pc2","decision":"local",
              "reason":"it is done first here","exit":1,"totalMillis":20}],
            "reasons":[
             {"reason":"links or makes no object","count":200,"advice":"nothing to do: links need files of this machine"},
             {"reason":"it is done first here","count":11,"advice":""}],
            "lost":0}}"""
            .replace("\n", "");

    private MeshFixture() {}

    public static TopModel model() {
        TopModel model = new TopModel();
        model.receive(line());
        return model;
    }

    public static WatchLine line() {
        try {
            return WatchLine.parse(LINE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static TopView press(TopModel model, TopView view, String characters) {
        characters.codePoints().forEach(character -> press(model, view, KeyPress.of(character)));
        return view;
    }

    static void press(TopModel model, TopView view, KeyPress... keys) {
        for (KeyPress key : keys) {
            view.press(key, ShownRows.of(model, view).toShown(view, TopLayout.pageLines(model, view, 24)));
        }
    }
}

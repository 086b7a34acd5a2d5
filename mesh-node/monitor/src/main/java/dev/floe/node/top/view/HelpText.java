package dev.floe.node.top.view;

import java.util.List;

/** The help text of keys and signs. */
final class HelpText {
    static final List<String> LINES = """
            Keys
              q, Ctrl-C       quit
              Tab             the next list: nodes, running jobs, ended jobs
              arrows, j k     select a line; Page Up, Page Down, Home and End too
              s, S            another order of the list; the reverse order
              /               show what contains a text: a file, a node, a step, a reason
              n, Enter        the selected line's node alone; again: all
              b, Enter        the selected job's build alone; again: all
              Escape          show all again
              r               why jobs run locally, and what to do
              p, Space        hold the display still; again: go on
              Ctrl-L          draw the screen again
              ?               this page; again, or Escape: back

            Signs
              Each submitter has a letter and a colour. In the bar of slots a letter is a job of
              that submitter, a capital one that it compiles itself, + one whose submitter is
              not known, and a dot a free slot. {braces}: more slots than columns, to scale.
              * is the node through which you watch.

            Columns
              busy       slots in use, and all slots
              wait       jobs that wait for a slot of the node
              speed      against the reference machine; 2.00 compiles in half the time
              load       of the last minute
              free       memory
              done       jobs executed for other nodes
              in, out    bytes received and sent
              submitted  jobs of the node itself
              predicted  seconds that the job was expected to take
            """.lines().toList();

    private HelpText() {}
}

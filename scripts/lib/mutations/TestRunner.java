import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.util.Arrays;

import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs the test classes that are named; exits with 0 if all tests pass, 1 if one fails, 2 if there is none. */
final class TestRunner {
    private TestRunner() {}

    public static void main(String[] names) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(Arrays.stream(names).map(name -> selectClass(name)).toList()).build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener);
        TestExecutionSummary summary = listener.getSummary();
        for (TestExecutionSummary.Failure failure : summary.getFailures()) {
            String why = String.valueOf(failure.getException().getMessage()).strip().replaceAll("\\s+", " ");
            System.out.println(failure.getTestIdentifier().getDisplayName() + ": " + why);
            if (System.getenv("FLOE_VERBOSE") != null) {
                failure.getException().printStackTrace(new PrintWriter(System.out, true));
            }
        }
        System.out.println(summary.getTestsSucceededCount() + " passed");
        System.out.flush();
        Runtime.getRuntime().halt(summary.getTotalFailureCount() > 0 ? 1 : summary.getTestsSucceededCount() == 0 ? 2 : 0);
    }
}

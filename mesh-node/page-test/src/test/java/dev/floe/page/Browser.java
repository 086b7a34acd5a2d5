package dev.floe.page;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.logging.Level;

import org.awaitility.Awaitility;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.json.Json;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A headless Chromium that shows a node's page and keeps account of what the page asks for. */
final class Browser implements AutoCloseable {
    /** What must happen at once on an idle machine may take this long on a busy one. */
    static final Duration TIMEOUT = Duration.ofMinutes(3);

    private final ChromeDriver driver;
    private final String address;
    private final List<String> requests = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();

    /** @param address of the page, with a slash at its end */
    Browser(String address) {
        this.address = address;
        ChromeOptions options = new ChromeOptions();
        options.setBinary(System.getProperty("floe.chromium", "/usr/bin/chromium"));
        options.addArguments("--headless=new", "--disable-gpu", "--hide-scrollbars", "--window-size=1280,800",
                "--disable-background-networking", "--no-first-run");
        if ("root".equals(System.getProperty("user.name"))) {
            options.addArguments("--no-sandbox"); // Chromium's own sandbox does not work for root
        }
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        driver = new ChromeDriver(new ChromeDriverService.Builder()
                .usingDriverExecutable(new File(System.getProperty("floe.chromedriver", "/usr/bin/chromedriver"))).build(),
                options);
        resize(1280, 800);
        driver.get(address);
    }

    /** A width below 600 is a phone's. */
    void resize(int width, int height) {
        driver.executeCdpCommand("Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    }

    void prefer(String scheme) {
        driver.executeCdpCommand("Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    /** Shows a view by the link that a user would follow. */
    void show(String view) {
        find("nav a[data-view=" + view + "]").click();
        await("the view " + view, () -> find("#view-" + view).isDisplayed());
    }

    WebElement find(String selector) {
        return driver.findElement(By.cssSelector(selector));
    }

    List<WebElement> all(String selector) {
        return driver.findElements(By.cssSelector(selector));
    }

    /** The text of an element; empty if there is none. */
    String text(String selector) {
        Object text = script("return document.querySelector(arguments[0])?.textContent ?? ''", selector);
        return String.valueOf(text);
    }

    Object script(String script, Object... arguments) {
        return Objects.requireNonNullElse(driver.executeScript(script, arguments), "");
    }

    /** Runs a script that calls its last argument when it is done. */
    Object await(String script) {
        driver.manage().timeouts().scriptTimeout(TIMEOUT.multipliedBy(2));
        return Objects.requireNonNullElse(driver.executeAsyncScript(script), "");
    }

    void await(String what, Supplier<Boolean> condition) {
        Awaitility.await(what).atMost(TIMEOUT).pollInterval(Duration.ofMillis(50)).ignoreExceptions()
                .until(condition::get);
    }

    void press(CharSequence... keys) {
        driver.switchTo().activeElement().sendKeys(keys);
    }

    void tab() {
        press(Keys.TAB);
    }

    /** What the focused element is called: its id, its view, or its tag. */
    String focused() {
        return String.valueOf(script("const e = document.activeElement; return e.id || e.dataset.view || e.className || e.tagName"));
    }

    void screenshot(Path file) throws IOException {
        Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    }

    /** All addresses that the page has asked for. */
    List<String> requests() {
        collect();
        return List.copyOf(requests);
    }

    /** What the console has shown beyond notes. */
    List<String> complaints() {
        collect();
        return List.copyOf(complaints);
    }

    private void collect() {
        for (LogEntry entry : driver.manage().logs().get(LogType.PERFORMANCE)) {
            Map<?, ?> message = (Map<?, ?>) field(new Json().toType(entry.getMessage(), Json.MAP_TYPE), "message");
            if ("Network.requestWillBeSent".equals(message.get("method"))) {
                requests.add(String.valueOf(field(field(field(message, "params"), "request"), "url")));
            }
        }
        for (LogEntry entry : driver.manage().logs().get(LogType.BROWSER)) {
            if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
                complaints.add(entry.getMessage());
            }
        }
    }

    private static Object field(Object object, String name) {
        return Objects.requireNonNull(((Map<?, ?>) object).get(name), name);
    }

    String address() {
        return address;
    }

    @Override
    public void close() {
        driver.quit();
    }
}

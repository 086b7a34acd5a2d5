package dev.floe.node.doors;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Optional;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;

import dev.floe.node.http.ClientGoneException;
import dev.floe.node.http.RequestTarget;
import dev.floe.store.FailureText;

/**
 * What the requests mean: the path is the name of a value. Collections, which WebDAV wants to be made before something is put into
 * them, are all there, and show nothing of what is in them.
 */
final class HttpMethods {
    static final String ALLOWED = "GET, HEAD, PUT, DELETE, PROPFIND, MKCOL";

    private static final Logger LOG = LogManager.getLogger(HttpMethods.class);
    private static final HttpAnswer NOT_FOUND = HttpAnswer.of(HttpResponseStatus.NOT_FOUND);
    private static final HttpAnswer FAILED = HttpAnswer.of(HttpResponseStatus.INTERNAL_SERVER_ERROR,
            "the cache failed; the node's log says why");
    private static final HttpAnswer DISK_FULL = HttpAnswer.of(HttpResponseStatus.INSUFFICIENT_STORAGE,
            "the node's disk is full");

    /** Less room than this is none. */
    private static final long FULL_BYTES = 1 << 20;

    private final Cache cache;

    HttpMethods(Cache cache) {
        this.cache = cache;
    }

    /**
     * Answers a request that has passed the gate.
     *
     * @throws MalformedBodyException as it says
     * @throws ClientGoneException as it says
     */
    HttpAnswer answer(HttpRequest request, HttpBody body) throws ClientGoneException, MalformedBodyException {
        Optional<ValuePath> path = ValuePath.parse(RequestTarget.parse(request.uri()).path());
        if (path.isEmpty()) {
            return HttpAnswer.of(HttpResponseStatus.BAD_REQUEST, "not a path that can name a value");
        }
        Optional<HttpAnswer> unmet = HttpConditions.answer(request, () -> exists(path.get()));
        if (unmet.isPresent()) {
            return unmet.get();
        }
        return switch (request.method().name()) {
            case "GET" -> get(path.get());
            case "HEAD" -> exists(path.get()) ? HttpAnswer.of(HttpResponseStatus.OK) : NOT_FOUND;
            case "PUT" -> put(request, path.get(), body);
            case "DELETE" -> delete(path.get());
            case "PROPFIND" -> propfind(path.get());
            case "MKCOL" -> HttpAnswer.of(HttpResponseStatus.CREATED);
            default -> HttpAnswer.of(HttpResponseStatus.METHOD_NOT_ALLOWED);
        };
    }

    private HttpAnswer get(ValuePath path) {
        if (!path.isName()) {
            return NOT_FOUND;
        }
        if (EmptyBlob.isAt(path)) {
            return HttpAnswer.of(HttpResponseStatus.OK);
        }
        try {
            return cache.values().read(path.name()).<HttpAnswer>map(HttpAnswer.Found::new).orElse(NOT_FOUND);
        } catch (IOException e) {
            return failed("read", path, e);
        }
    }

    private boolean exists(ValuePath path) {
        return EmptyBlob.isAt(path) || path.isName() && cache.values().exists(path.name());
    }

    private HttpAnswer put(HttpRequest request, ValuePath path, HttpBody body)
            throws ClientGoneException, MalformedBodyException {
        Optional<HttpAnswer> refusal = refusal(request, path);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        try (Upload upload = cache.incoming().begin()) {
            if (!body.writeTo(upload)) {
                return tooLarge();
            }
            if (path.promisedSha256().isPresent() && !path.promisedSha256().get().equals(upload.sha256())) {
                return HttpAnswer.of(HttpResponseStatus.BAD_REQUEST,
                        "the body has another SHA-256 than its path says");
            }
            return EmptyBlob.isAt(path) || upload.store(path.name(), cache.values())
                    ? HttpAnswer.of(HttpResponseStatus.CREATED)
                    : HttpAnswer.of(HttpResponseStatus.FORBIDDEN, "this node does not store values in the mesh");
        } catch (ClientGoneException | MalformedBodyException e) {
            throw e;
        } catch (IOException e) {
            HttpAnswer failed = failed("write", path, e);
            return cache.incoming().hasRoom(FULL_BYTES) ? failed : DISK_FULL;
        }
    }

    /** Why a value is refused before its first byte. */
    private Optional<HttpAnswer> refusal(HttpRequest request, ValuePath path) {
        String coding = request.headers().get(HttpHeaderNames.CONTENT_ENCODING, HttpHeaderValues.IDENTITY.toString());
        if (!path.isName()) {
            return Optional.of(HttpAnswer.of(HttpResponseStatus.BAD_REQUEST, "a collection cannot have a value"));
        }
        if (!HttpHeaderValues.IDENTITY.contentEqualsIgnoreCase(coding)) {
            return Optional.of(HttpAnswer.of(HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE,
                    "the value must be sent without a content coding"));
        }
        if (request.headers().contains(HttpHeaderNames.CONTENT_RANGE)) {
            return Optional.of(HttpAnswer.of(HttpResponseStatus.BAD_REQUEST, "the value must be sent as a whole"));
        }
        if (HttpUtil.isTransferEncodingChunked(request)) {
            return Optional.empty();
        }
        long length = HttpUtil.getContentLength(request, -1L);
        if (length < 0) {
            return Optional.of(HttpAnswer.of(HttpResponseStatus.LENGTH_REQUIRED));
        }
        if (length > cache.incoming().maxBytes()) {
            return Optional.of(tooLarge());
        }
        return cache.incoming().hasRoom(length)
                ? Optional.empty()
                : Optional.of(DISK_FULL);
    }

    private HttpAnswer tooLarge() {
        return HttpAnswer.of(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
                "a value has at most " + cache.incoming().maxBytes() + " bytes here");
    }

    private HttpAnswer delete(ValuePath path) {
        try {
            return path.isName() && cache.values().remove(path.name()) || EmptyBlob.isAt(path)
                    ? HttpAnswer.of(HttpResponseStatus.NO_CONTENT)
                    : NOT_FOUND;
        } catch (IOException e) {
            return failed("remove", path, e);
        }
    }

    private HttpAnswer propfind(ValuePath path) {
        if (!path.isName()) {
            return new HttpAnswer.Said(HttpResponseStatus.MULTI_STATUS, Multistatus.ofCollection(path),
                    Multistatus.TYPE);
        }
        if (EmptyBlob.isAt(path)) {
            return new HttpAnswer.Said(HttpResponseStatus.MULTI_STATUS, Multistatus.ofValue(path, 0), Multistatus.TYPE);
        }
        try (FileChannel value = cache.values().read(path.name()).orElse(null)) {
            return value == null
                    ? NOT_FOUND
                    : new HttpAnswer.Said(HttpResponseStatus.MULTI_STATUS, Multistatus.ofValue(path, value.size()),
                            Multistatus.TYPE);
        } catch (IOException e) {
            return failed("read", path, e);
        }
    }

    private static HttpAnswer failed(String what, ValuePath path, IOException cause) {
        LOG.warn("cannot {} a value of the cache name={}: {}", what, path.name(), FailureText.of(cause));
        return FAILED;
    }
}

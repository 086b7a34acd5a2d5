package dev.floe.node.cacheserver.http;

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

import dev.floe.node.cacheserver.values.CacheBackend;
import dev.floe.node.cacheserver.values.Upload;
import dev.floe.node.http.ClientDisconnectedException;
import dev.floe.node.http.RequestTarget;
import dev.floe.store.FailureText;

/**
 * Handles HTTP requests to the cache: the path is the name of a value. Collections, which WebDAV wants to be made
 * before something is put into them, are all there, and show nothing of what is in them.
 */
final class HttpCacheHandler {
    static final String ALLOWED = "GET, HEAD, PUT, DELETE, PROPFIND, MKCOL";

    private static final Logger LOG = LogManager.getLogger(HttpCacheHandler.class);
    private static final CacheHttpResponse NOT_FOUND = CacheHttpResponse.of(HttpResponseStatus.NOT_FOUND);
    private static final CacheHttpResponse FAILED = CacheHttpResponse.of(HttpResponseStatus.INTERNAL_SERVER_ERROR,
            "the cache failed; the node's log says why");
    private static final CacheHttpResponse DISK_FULL = CacheHttpResponse.of(HttpResponseStatus.INSUFFICIENT_STORAGE,
            "the node's disk is full");

    /** Less room than this is none. */
    private static final long FULL_BYTES = 1 << 20;

    private final CacheBackend cache;

    HttpCacheHandler(CacheBackend cache) {
        this.cache = cache;
    }

    /**
     * Answers a request that has passed the gate.
     *
     * @throws MalformedBodyException as it says
     * @throws ClientDisconnectedException as it says
     */
    CacheHttpResponse answer(HttpRequest request, HttpRequestBody body)
            throws ClientDisconnectedException, MalformedBodyException {
        Optional<CacheRequestPath> path = CacheRequestPath.parse(RequestTarget.parse(request.uri()).path());
        if (path.isEmpty()) {
            return CacheHttpResponse.of(HttpResponseStatus.BAD_REQUEST, "not a path that can name a value");
        }
        Optional<CacheHttpResponse> unmet = HttpConditions.answer(request, () -> exists(path.get()));
        if (unmet.isPresent()) {
            return unmet.get();
        }
        return switch (request.method().name()) {
            case "GET" -> get(path.get());
            case "HEAD" -> exists(path.get()) ? CacheHttpResponse.of(HttpResponseStatus.OK) : NOT_FOUND;
            case "PUT" -> put(request, path.get(), body);
            case "DELETE" -> delete(path.get());
            case "PROPFIND" -> propfind(path.get());
            case "MKCOL" -> CacheHttpResponse.of(HttpResponseStatus.CREATED);
            default -> CacheHttpResponse.of(HttpResponseStatus.METHOD_NOT_ALLOWED);
        };
    }

    private CacheHttpResponse get(CacheRequestPath path) {
        if (!path.isName()) {
            return NOT_FOUND;
        }
        if (EmptyBlob.isAt(path)) {
            return CacheHttpResponse.of(HttpResponseStatus.OK);
        }
        try {
            return cache.values().read(path.name()).<CacheHttpResponse>map(CacheHttpResponse.ValueResponse::new)
                    .orElse(NOT_FOUND);
        } catch (IOException e) {
            return failed("read", path, e);
        }
    }

    private boolean exists(CacheRequestPath path) {
        return EmptyBlob.isAt(path) || path.isName() && cache.values().exists(path.name());
    }

    private CacheHttpResponse put(HttpRequest request, CacheRequestPath path, HttpRequestBody body)
            throws ClientDisconnectedException, MalformedBodyException {
        Optional<CacheHttpResponse> refusal = refusal(request, path);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        try (Upload upload = cache.incoming().begin()) {
            if (!body.writeTo(upload)) {
                return tooLarge();
            }
            if (path.promisedSha256().isPresent() && !path.promisedSha256().get().equals(upload.sha256())) {
                return CacheHttpResponse.of(HttpResponseStatus.BAD_REQUEST,
                        "the body has another SHA-256 than its path says");
            }
            return EmptyBlob.isAt(path) || upload.store(path.name(), cache.values())
                    ? CacheHttpResponse.of(HttpResponseStatus.CREATED)
                    : CacheHttpResponse.of(HttpResponseStatus.FORBIDDEN, "this node does not store values in the mesh");
        } catch (ClientDisconnectedException | MalformedBodyException e) {
            throw e;
        } catch (IOException e) {
            CacheHttpResponse failed = failed("write", path, e);
            return cache.incoming().hasRoom(FULL_BYTES) ? failed : DISK_FULL;
        }
    }

    /** Why a value is refused before its first byte. */
    private Optional<CacheHttpResponse> refusal(HttpRequest request, CacheRequestPath path) {
        String coding = request.headers().get(HttpHeaderNames.CONTENT_ENCODING, HttpHeaderValues.IDENTITY.toString());
        if (!path.isName()) {
            return Optional
                    .of(CacheHttpResponse.of(HttpResponseStatus.BAD_REQUEST, "a collection cannot have a value"));
        }
        if (!HttpHeaderValues.IDENTITY.contentEqualsIgnoreCase(coding)) {
            return Optional.of(CacheHttpResponse.of(HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE,
                    "the value must be sent without a content coding"));
        }
        if (request.headers().contains(HttpHeaderNames.CONTENT_RANGE)) {
            return Optional
                    .of(CacheHttpResponse.of(HttpResponseStatus.BAD_REQUEST, "the value must be sent as a whole"));
        }
        if (HttpUtil.isTransferEncodingChunked(request)) {
            return Optional.empty();
        }
        long length = HttpUtil.getContentLength(request, -1L);
        if (length < 0) {
            return Optional.of(CacheHttpResponse.of(HttpResponseStatus.LENGTH_REQUIRED));
        }
        if (length > cache.incoming().maxBytes()) {
            return Optional.of(tooLarge());
        }
        return cache.incoming().hasRoom(length)
                ? Optional.empty()
                : Optional.of(DISK_FULL);
    }

    private CacheHttpResponse tooLarge() {
        return CacheHttpResponse.of(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
                "a value has at most " + cache.incoming().maxBytes() + " bytes here");
    }

    private CacheHttpResponse delete(CacheRequestPath path) {
        try {
            return path.isName() && cache.values().remove(path.name()) || EmptyBlob.isAt(path)
                    ? CacheHttpResponse.of(HttpResponseStatus.NO_CONTENT)
                    : NOT_FOUND;
        } catch (IOException e) {
            return failed("remove", path, e);
        }
    }

    private CacheHttpResponse propfind(CacheRequestPath path) {
        if (!path.isName()) {
            return new CacheHttpResponse.TextResponse(HttpResponseStatus.MULTI_STATUS,
                    WebDavMultistatus.ofCollection(path),
                    WebDavMultistatus.TYPE);
        }
        if (EmptyBlob.isAt(path)) {
            return new CacheHttpResponse.TextResponse(HttpResponseStatus.MULTI_STATUS,
                    WebDavMultistatus.ofValue(path, 0), WebDavMultistatus.TYPE);
        }
        try (FileChannel value = cache.values().read(path.name()).orElse(null)) {
            return value == null
                    ? NOT_FOUND
                    : new CacheHttpResponse.TextResponse(HttpResponseStatus.MULTI_STATUS,
                            WebDavMultistatus.ofValue(path, value.size()),
                            WebDavMultistatus.TYPE);
        } catch (IOException e) {
            return failed("read", path, e);
        }
    }

    private static CacheHttpResponse failed(String what, CacheRequestPath path, IOException cause) {
        LOG.warn("cannot {} a value of the cache name={}: {}", what, path.name(), FailureText.of(cause));
        return FAILED;
    }
}

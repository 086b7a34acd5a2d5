package dev.floe.node.cacheserver.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/** WebDAV's answer about one resource (RFC 4918, 13). Times are not kept, so all are the first second of 1970. */
final class WebDavMultistatus {
    static final String TYPE = "application/xml; charset=utf-8";

    private WebDavMultistatus() {}

    static String ofCollection(CacheRequestPath path) {
        String end = path.segments().isEmpty() ? "" : "/";
        return document(href(path) + end, "<D:resourcetype><D:collection/></D:resourcetype>");
    }

    static String ofValue(CacheRequestPath path, long bytes) {
        return document(href(path), "<D:resourcetype/><D:getcontentlength>" + bytes
                + "</D:getcontentlength><D:getcontenttype>application/octet-stream</D:getcontenttype>");
    }

    /** Percent-encoded, so that nothing in it means anything in XML. */
    private static String href(CacheRequestPath path) {
        return path.segments().stream()
                .map(segment -> URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20"))
                .collect(Collectors.joining("/", "/", ""));
    }

    private static String document(String href, String properties) {
        return """
                <?xml version="1.0" encoding="utf-8"?>
                <D:multistatus xmlns:D="DAV:"><D:response><D:href>%s</D:href><D:propstat><D:prop>%s\
                <D:getlastmodified>Thu, 01 Jan 1970 00:00:00 GMT</D:getlastmodified></D:prop>\
                <D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response></D:multistatus>
                """.formatted(href, properties);
    }
}

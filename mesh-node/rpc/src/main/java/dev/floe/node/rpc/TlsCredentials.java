package dev.floe.node.rpc;

import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;

/**
 * The TLS credentials of a node: what it shows to its peers, and what it asks of them.
 *
 * @param keys  show the certificate of this node
 * @param trust accepts the certificates of this mesh alone
 */
public record TlsCredentials(KeyManager keys, TrustManager trust) {}

/** Content by digest: digests, the content store, and files cut into chunks. Knows nothing of compilers or peers. */
@NullMarked
package dev.floe.store;

import org.jspecify.annotations.NullMarked;

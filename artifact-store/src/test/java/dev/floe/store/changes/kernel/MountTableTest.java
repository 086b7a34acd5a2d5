package dev.floe.store.changes.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

final class MountTableTest {
    private static final String ROOT = "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw";
    private static final String DATA = "40 22 0:35 / /data\\040set rw - tmpfs tmpfs rw,size=10k";
    private static final String BOUND = "41 22 8:1 /home /srv/x rw shared:1 master:2 - ext4 /dev/sda1 rw";

    @Test
    void knowsWhatIsMountedWhere() throws IOException {
        MountTable table = MountTable.parse(List.of(ROOT, DATA, BOUND));
        assertEquals("ext4", table.typeAt("/"));
        assertEquals("tmpfs", table.typeAt("/data set"));
        assertNull(table.typeAt("/data"));
    }

    @Test
    void theLastMountLiesOnTop() throws IOException {
        assertEquals("nfs4", MountTable.parse(List.of(BOUND, "50 41 0:40 / /srv/x rw - nfs4 host:/ rw"))
                .typeAt("/srv/x"));
    }

    @Test
    void findsWhatHasChanged() throws IOException {
        MountTable before = MountTable.parse(List.of(ROOT, DATA));
        assertEquals(Set.of(), before.differences(MountTable.parse(List.of(DATA, ROOT))));
        assertEquals(Set.of("/srv/x"), before.differences(MountTable.parse(List.of(ROOT, DATA, BOUND))));
        assertEquals(Set.of("/data set"), before.differences(MountTable.parse(List.of(ROOT))));
        assertEquals(Set.of("/"), before.differences(MountTable.parse(List.of(ROOT.replace("rw,", "ro,"), DATA))));
        assertEquals(Set.of("/"), before.differences(MountTable.parse(List.of(ROOT, ROOT.replace("22 1", "99 1"),
                DATA))));
    }

    @Test
    void refusesWhatIsNoMountTable() {
        assertThrows(IOException.class, () -> MountTable.parse(List.of("22 1 8:1 / / rw")));
        assertThrows(IOException.class, () -> MountTable.parse(List.of("x")));
    }

    @Test
    void readsTheTableOfThisProcess() throws IOException {
        assertFalse(MountTable.read().lines().isEmpty());
    }
}

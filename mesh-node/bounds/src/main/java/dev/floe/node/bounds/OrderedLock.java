package dev.floe.node.bounds;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock with a {@link LockRank}. With assertions enabled, as in tests, to take it out of order is an error, whether or
 * not another thread happens to wait. Without assertions it is a {@link ReentrantLock}.
 */
public final class OrderedLock extends ReentrantLock {
    private static final long serialVersionUID = 1;
    /** What a thread holds, in the order in which it took it. Filled by assertions alone. */
    private static final ThreadLocal<List<OrderedLock>> HELD = ThreadLocal.withInitial(ArrayList::new);

    private final LockRank rank;

    public OrderedLock(LockRank rank) {
        this.rank = rank;
    }

    @Override
    public void lock() {
        assert isInOrder();
        super.lock();
        assert taken();
    }

    @Override
    public void lockInterruptibly() throws InterruptedException {
        assert isInOrder();
        super.lockInterruptibly();
        assert taken();
    }

    @Override
    public boolean tryLock() {
        boolean locked = super.tryLock(); // in any order, since it does not wait
        assert !locked || taken();
        return locked;
    }

    @Override
    public boolean tryLock(long timeout, TimeUnit unit) throws InterruptedException {
        assert isInOrder();
        boolean locked = super.tryLock(timeout, unit);
        assert !locked || taken();
        return locked;
    }

    @Override
    public void unlock() {
        super.unlock();
        assert released();
    }

    private boolean isInOrder() {
        for (OrderedLock held : HELD.get()) {
            if (held != this && held.rank.compareTo(rank) >= 0 && !isHeldByCurrentThread()) {
                throw new AssertionError("takes the lock " + rank + " while it holds " + held.rank
                        + "; LockRank has the order");
            }
        }
        return true;
    }

    private boolean taken() {
        return HELD.get().add(this);
    }

    private boolean released() {
        List<OrderedLock> held = HELD.get();
        held.remove(held.lastIndexOf(this));
        return true;
    }
}

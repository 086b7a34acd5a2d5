"""Several workers for one queue."""

import queue
import threading


def run_all(jobs, runners, check, report):
    """Calls check(runner, job) for each job with some runner that is free; report is called with each result, by one worker at a time."""
    waiting, lock, broken = queue.SimpleQueue(), threading.Lock(), []
    for job in jobs:
        waiting.put(job)

    def work(runner):
        while True:
            try:
                job = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                result = check(runner, job)
                with lock:
                    report(result)
            except BaseException as problem:
                broken.append(problem)
                raise

    workers = [threading.Thread(target=work, args=(runner,), daemon=True) for runner in runners]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if broken:
        raise RuntimeError(f"{len(broken)} of the workers broke off") from broken[0]

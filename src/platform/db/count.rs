//! Counts the statements that a piece of work runs: pages have budgets, and tests hold them to it.

use std::cell::Cell;
use std::future::Future;

tokio::task_local! {
    static STATEMENTS: Cell<i64>;
}

/// What `work` answers, and how many statements it ran in this task.
pub async fn counting<T>(work: impl Future<Output = T>) -> (T, i64) {
    STATEMENTS
        .scope(Cell::new(0), async {
            let done = work.await;
            (done, STATEMENTS.with(Cell::get))
        })
        .await
}

/// One more statement. Outside [`counting`] nobody counts.
pub(super) fn note() {
    // An error means that nobody counts.
    let _ = STATEMENTS.try_with(|count| count.set(count.get() + 1));
}

//! Running another program as a child for a limited time.

use std::io;
use std::time::Duration;

use super::inherited::Inherited;
use super::program::{Running, leave_ctrl_c_to_children};
use crate::platform::program::{Ended, NotRun, Program};

/// From when it is made, Ctrl-C and Ctrl-Break are left to the program that is
/// run.
pub struct Supervisor(());

impl Supervisor {
    /// From now on.
    #[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
    pub fn begin() -> io::Result<Self> {
        leave_ctrl_c_to_children();
        Ok(Self(()))
    }

    /// Runs the program to its end, or to the `limit` of its time, when the
    /// system ends it. It does not outlive this process.
    #[expect(clippy::unused_self, reason = "as on Unix")]
    pub fn run(
        &mut self,
        program: &Program<'_>,
        _inherited: &Inherited,
        limit: Option<Duration>,
    ) -> Result<Ended, NotRun> {
        let mut running = Running::start(program)?;
        let ended = match limit {
            Some(limit) if !running.ends_within(limit) => {
                running.end().map_err(NotRun::Refused)?;
                None
            }
            _ => Some(()),
        };
        let code = running.wait().map_err(NotRun::Refused)?;
        Ok(ended.map_or(Ended::OutOfTime, |()| Ended::Code(code)))
    }
}

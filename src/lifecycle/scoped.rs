//! Keys that are made for one command: their names, and how one is found in what
//! the server lists.

use crate::api::KeyList;

use super::jobs::{JobId, ScopedKey};

/// The key's name on the server, by which a later run finds it.
pub fn name(id: &JobId) -> String {
    format!("vastkey-scoped-{id}")
}

/// What the server's list says of the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Traced {
    /// It is there, or not known to be gone, under this number.
    Key(u64),
    /// It is not there.
    Nothing,
    /// It is not there, and the list is not the whole one.
    Part,
    /// The server does not tell the names of keys.
    Nameless,
}

/// Looks for the key in the server's list. The number that was told with the key
/// counts where the list has no name for it: it may be another key's, which is
/// not to be deleted.
pub fn trace(list: &KeyList, id: &JobId, scoped: &ScopedKey) -> Traced {
    let name = name(id);
    let mut keys = list.keys.iter();
    if let Some(key) = keys.find(|key| key.name.as_deref() == Some(&name)) {
        return Traced::Key(key.id);
    }
    let told = scoped.id.filter(|id| scoped.own_id != Some(*id));
    let listed = told.and_then(|id| list.keys.iter().find(|key| key.id == id));
    match (told, listed) {
        (Some(id), Some(key)) if key.name.is_none() => Traced::Key(id),
        (Some(id), None) if list.is_part => Traced::Key(id),
        (_, _) if list.is_part => Traced::Part,
        (Some(_), None) => Traced::Nothing,
        (_, _) if list.keys.iter().any(|key| key.name.is_none()) => Traced::Nameless,
        (_, _) => Traced::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::testing::listed;
    use crate::server::Server;

    #[test]
    fn a_key_is_found_by_its_name_and_else_by_a_number_that_is_no_others() {
        let job = JobId::random().unwrap();
        let name = name(&job);
        let scoped = |id: Option<u64>| ScopedKey {
            server: Server::default(),
            maker: None,
            user_id: None,
            own_id: Some(7),
            made: true,
            id,
            until: None,
        };
        let (mine, ours) = ((7, Some("laptop")), (9, Some(name.as_str())));
        for (keys, is_part, told, expected) in [
            (vec![mine, ours], false, Some(9), Traced::Key(9)),
            // The server told the number of another key.
            (vec![mine, ours], false, Some(7), Traced::Key(9)),
            (
                vec![mine, ours, (8, Some("ci"))],
                false,
                Some(8),
                Traced::Key(9),
            ),
            (vec![mine, ours], true, None, Traced::Key(9)),
            (vec![mine], false, Some(7), Traced::Nothing),
            (vec![mine, (8, Some("ci"))], false, Some(8), Traced::Nothing),
            (vec![mine], false, Some(9), Traced::Nothing),
            (vec![mine], false, None, Traced::Nothing),
            (vec![mine], true, Some(9), Traced::Key(9)),
            (vec![mine], true, Some(7), Traced::Part),
            (vec![mine], true, None, Traced::Part),
            (vec![(7, None), (9, None)], false, Some(9), Traced::Key(9)),
            (vec![(7, None), (9, None)], false, Some(7), Traced::Nameless),
            (vec![(7, None), (9, None)], false, None, Traced::Nameless),
            (vec![(7, None)], false, Some(9), Traced::Nothing),
        ] {
            let list = KeyList {
                is_part,
                ..listed(&keys)
            };
            let traced = trace(&list, &job, &scoped(told));
            assert_eq!(traced, expected, "{keys:?} {is_part} {told:?}");
        }
    }
}

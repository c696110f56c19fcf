//! What is shown at a terminal: questions, and what is typed as an answer.

use super::bench::{Bench, Invocation, vastkey};
use super::disguise::{DISGUISES, gives_away};
use super::{HARMLESS, files, keychain};
use crate::support::fake_api::random_hex;
use crate::support::fake_secret_service::State;

/// A question about a text.
struct Question {
    /// Puts the text where the question takes it from.
    plant: fn(&mut Bench, &str) -> Invocation,
    /// How it begins.
    begins: &'static str,
    /// What is typed; `*` stands for the text.
    answer: &'static str,
    /// What the terminal shows of a harmless text.
    shows: &'static str,
}

const QUESTIONS: &[Question] = &[
    Question {
        plant: |bench, text| {
            let _ = keychain::listed(bench, text);
            vastkey("account remove somebody")
        },
        begins: "Remove the key",
        answer: "no\n",
        shows: HARMLESS,
    },
    Question {
        plant: files::differing,
        begins: "Number: ",
        answer: "9\n",
        shows: HARMLESS,
    },
    Question {
        plant: files::differing,
        begins: "Number: ",
        answer: "*\n",
        shows: "not a number from 1 to 2",
    },
    Question {
        plant: |bench, _| {
            bench.keychain(State::default());
            vastkey("set api-key")
        },
        begins: "Vast.ai API key (not shown): ",
        answer: "Bearer *\n",
        shows: "an Authorization header",
    },
];

#[test]
fn questions_and_answers() {
    for question in QUESTIONS {
        let seen = question.seen(HARMLESS);
        assert!(seen.contains(question.shows), "{}: {seen}", question.begins);
        // What is typed at a prompt that is not hidden is seen by whoever types it.
        let typed = question.answer.starts_with('*');
        for (disguise, disguised) in DISGUISES.iter().take(5) {
            let key = random_hex(64);
            let text = disguised(&key);
            let seen = question.seen(&text);
            let seen = if typed {
                seen.replacen(&text, "", 1)
            } else {
                seen
            };
            assert!(!gives_away(&seen, &key), "{disguise}: {seen}");
        }
    }
}

impl Question {
    fn seen(&self, text: &str) -> String {
        let mut bench = Bench::new(&random_hex(64));
        let invocation = (self.plant)(&mut bench, text);
        let answer = self.answer.replace('*', text);
        bench.ask(&invocation, self.begins, &answer)
    }
}

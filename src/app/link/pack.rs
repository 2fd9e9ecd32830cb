//! A text in as few letters as an address can hold: deflated, then base64 with
//! the letters that need no escape in a link.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as LETTERS;
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;

/// How hard to press, from 0 to 10: more than this takes longer and saves
/// hardly a letter.
const LEVEL: u8 = 8;

/// The longest text that is tried, bytes: a longer one does not come out short
/// enough for a link, and pressing it would take longer than a frame.
const LONGEST: usize = 128 * 1024;

/// The text, packed; `None`: it is far too long for a link.
pub(super) fn pack(text: &str) -> Option<String> {
    (text.len() <= LONGEST).then(|| {
        let pressed = compress_to_vec(text.as_bytes(), LEVEL);
        LETTERS.encode(pressed)
    })
}

/// The text that was packed; `None`: it is damaged, or no text of ours. A link
/// cannot blow the memory up: what comes out is bounded, too.
pub(super) fn unpack(packed: &str) -> Option<String> {
    let pressed = LETTERS.decode(packed).ok()?;
    let bytes = decompress_to_vec_with_limit(&pressed, LONGEST).ok()?;
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_too_long_or_damaged_is_nothing() {
        assert_eq!(pack(&"x".repeat(LONGEST + 1)), None);
        let bomb = LETTERS.encode(compress_to_vec(&vec![b' '; LONGEST + 1], LEVEL));
        for packed in ["", "?", "AAAA", "-", bomb.as_str()] {
            assert_eq!(unpack(packed), None, "{packed:.20}");
        }
        let packed = pack("{\"jobs\": []}").expect("it is short");
        assert_eq!(
            unpack(&packed[..packed.len() - 4]),
            None,
            "its end is missing"
        );
    }

    proptest! {
        #[test]
        fn every_text_survives(text in ".{0,400}") {
            let packed = pack(&text).expect("it is short");
            prop_assert!(packed.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)));
            prop_assert_eq!(unpack(&packed), Some(text));
        }

        #[test]
        fn no_letters_bring_it_down(packed in "[A-Za-z0-9_-]{0,60}") {
            let _ = unpack(&packed);
        }
    }
}

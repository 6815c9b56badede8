//! Masks the keys in the result of a tool, and changes nothing else.

use anyhow::Result;
use serde_json::{Map, Value};

use crate::scan::{Scanner, redact};

/// Returns the same value with the keys in its texts masked.
///
/// # Errors
/// A text cannot be searched.
pub(super) fn masked_output(value: &Value, scanner: &Scanner<'_>) -> Result<Value> {
    match value {
        Value::String(text) => masked_text(text, scanner).map(Value::String),
        Value::Array(values) => {
            let mut masked = Vec::with_capacity(values.len());
            for value in values {
                masked.push(masked_output(value, scanner)?);
            }
            Ok(Value::Array(masked))
        }
        Value::Object(fields) => {
            let mut masked = Map::new();
            for (name, value) in fields {
                masked.insert(masked_text(name, scanner)?, masked_output(value, scanner)?);
            }
            Ok(Value::Object(masked))
        }
        other => Ok(other.clone()),
    }
}

fn masked_text(text: &str, scanner: &Scanner<'_>) -> Result<String> {
    let mut masked = Vec::with_capacity(text.len());
    redact::copy(
        text.as_bytes(),
        &mut masked,
        scanner.detector,
        scanner.strict,
    )?;
    Ok(String::from_utf8_lossy(&masked).into_owned())
}

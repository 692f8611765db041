//! Data forms (XEP-0004).

use crate::{ElementRef, PayloadError, ToXml, Value, Writer};

/// The namespace.
pub const NS: &str = "jabber:x:data";

words! {
    /// What a form is for (§3.1).
    FormType {
        /// The submission is cancelled.
        Cancel "cancel",
        /// A form to be filled in.
        Form "form",
        /// Data, such as search results.
        Result "result",
        /// A form that was filled in.
        Submit "submit",
    }
}

words! {
    /// What a field holds (§3.3).
    FieldType {
        /// Yes or no.
        Boolean "boolean",
        /// Text for the reader.
        Fixed "fixed",
        /// Returned as it is.
        Hidden "hidden",
        /// Addresses.
        JidMulti "jid-multi",
        /// One address.
        JidSingle "jid-single",
        /// Several of the options.
        ListMulti "list-multi",
        /// One of the options.
        ListSingle "list-single",
        /// Lines.
        TextMulti "text-multi",
        /// A line that is not shown.
        TextPrivate "text-private",
        /// A line.
        TextSingle "text-single",
    }
}

view! {
    /// `<x/>`.
    Form, NS, "x"
}

impl<'a> Form<'a> {
    fn check(&self) -> Result<(), PayloadError> {
        // XEP-0004 §3.1: one of four types, required.
        let kind = self.0.required("type")?;
        FormType::of(&kind.to_cow()).ok_or(PayloadError::invalid("type"))?;
        self.fields().try_for_each(|field| field.check())
    }

    /// What the form is for.
    pub fn kind(&self) -> Option<FormType> {
        FormType::of(&self.0.attribute("type")?.to_cow())
    }

    /// The title.
    pub fn title(&self) -> Option<Value<'a>> {
        self.0.child_text("title")
    }

    /// What to do, in words.
    pub fn instructions(&self) -> impl Iterator<Item = Value<'a>> {
        self.0.children().filter(|child| child.is(NS, "instructions")).map(|text| text.text())
    }

    /// The fields.
    pub fn fields(&self) -> impl Iterator<Item = Field<'a>> {
        fields(&self.0)
    }

    /// The field of that name.
    pub fn field(&self, var: &str) -> Option<Field<'a>> {
        self.fields().find(|field| field.var().is_some_and(|own| own == *var))
    }

    /// The value of the hidden field `FORM_TYPE` (XEP-0068).
    pub fn form_type(&self) -> Option<Value<'a>> {
        let field = self.field("FORM_TYPE")?;
        let hidden = self.kind() == Some(FormType::Submit) || field.kind() == FieldType::Hidden;
        if hidden { field.values().next() } else { None }
    }

    /// The columns of a result with several items (§3.4).
    pub fn reported(&self) -> impl Iterator<Item = Field<'a>> {
        self.0.sibling("reported").into_iter().flat_map(|reported| fields(&reported))
    }

    /// The items of a result (§3.4), each with its fields.
    pub fn items(&self) -> impl Iterator<Item = ElementRef<'a>> {
        self.0.children().filter(|child| child.is(NS, "item"))
    }
}

fn fields<'a>(element: &ElementRef<'a>) -> impl Iterator<Item = Field<'a>> + use<'a> {
    element.children().filter(|child| child.is(NS, "field")).map(Field)
}

/// A field of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field<'a>(ElementRef<'a>);

impl<'a> Field<'a> {
    fn check(&self) -> Result<(), PayloadError> {
        if let Some(kind) = self.0.attribute("type")
            && FieldType::of(&kind.to_cow()).is_none()
        {
            return Err(PayloadError::invalid("type"));
        }
        Ok(())
    }

    /// The name.
    pub fn var(&self) -> Option<Value<'a>> {
        self.0.attribute("var")
    }

    /// The type; `text-single` where none is given (§3.2).
    pub fn kind(&self) -> FieldType {
        self.0.attribute("type").and_then(|kind| FieldType::of(&kind.to_cow())).unwrap_or(FieldType::TextSingle)
    }

    /// The label, for people.
    pub fn label(&self) -> Option<Value<'a>> {
        self.0.attribute("label")
    }

    /// True if the field must be filled in.
    pub fn required(&self) -> bool {
        self.0.sibling("required").is_some()
    }

    /// The values.
    pub fn values(&self) -> impl Iterator<Item = Value<'a>> {
        self.0.children().filter(|child| child.is(NS, "value")).map(|value| value.text())
    }

    /// The options: label and value.
    pub fn options(&self) -> impl Iterator<Item = (Option<Value<'a>>, Option<Value<'a>>)> {
        let options = self.0.children().filter(|child| child.is(NS, "option"));
        options.map(|option| (option.attribute("label"), option.child_text("value")))
    }
}

/// A form to be sent: fields of name, type and values.
#[derive(Debug, Clone, Copy)]
pub struct NewForm<'a> {
    /// What the form is for.
    pub kind: FormType,
    /// Name, type and values.
    pub fields: &'a [(&'a str, Option<FieldType>, &'a [&'a str])],
}

impl ToXml for NewForm<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.open(NS, "x");
        w.attr("type", self.kind.as_str());
        for (var, kind, values) in self.fields {
            w.open(NS, "field");
            w.attr_opt("type", kind.map(FieldType::as_str));
            w.attr("var", var);
            for value in *values {
                w.leaf(NS, "value", value);
            }
            w.close();
        }
        w.close();
    }
}

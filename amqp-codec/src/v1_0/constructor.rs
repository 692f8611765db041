//! Constructor codes (AMQP 1.0 §1.2.1, §1.6).

/// The octet before the descriptor of a described value.
pub const DESCRIBED: u8 = 0x00;
/// null.
pub const NULL: u8 = 0x40;
/// boolean true in no octet.
pub const TRUE: u8 = 0x41;
/// boolean false in no octet.
pub const FALSE: u8 = 0x42;
/// uint 0 in no octet.
pub const UINT_0: u8 = 0x43;
/// ulong 0 in no octet.
pub const ULONG_0: u8 = 0x44;
/// The empty list in no octet.
pub const LIST_0: u8 = 0x45;
/// ubyte.
pub const UBYTE: u8 = 0x50;
/// byte.
pub const BYTE: u8 = 0x51;
/// uint in one octet.
pub const SMALL_UINT: u8 = 0x52;
/// ulong in one octet.
pub const SMALL_ULONG: u8 = 0x53;
/// int in one octet.
pub const SMALL_INT: u8 = 0x54;
/// long in one octet.
pub const SMALL_LONG: u8 = 0x55;
/// boolean in one octet.
pub const BOOLEAN: u8 = 0x56;
/// ushort.
pub const USHORT: u8 = 0x60;
/// short.
pub const SHORT: u8 = 0x61;
/// uint in four octets.
pub const UINT: u8 = 0x70;
/// int in four octets.
pub const INT: u8 = 0x71;
/// float.
pub const FLOAT: u8 = 0x72;
/// char.
pub const CHAR: u8 = 0x73;
/// decimal32.
pub const DECIMAL_32: u8 = 0x74;
/// ulong in eight octets.
pub const ULONG: u8 = 0x80;
/// long in eight octets.
pub const LONG: u8 = 0x81;
/// double.
pub const DOUBLE: u8 = 0x82;
/// timestamp.
pub const TIMESTAMP: u8 = 0x83;
/// decimal64.
pub const DECIMAL_64: u8 = 0x84;
/// decimal128.
pub const DECIMAL_128: u8 = 0x94;
/// uuid.
pub const UUID: u8 = 0x98;
/// binary of up to 255 octets.
pub const BINARY_8: u8 = 0xa0;
/// string of up to 255 octets.
pub const STRING_8: u8 = 0xa1;
/// symbol of up to 255 octets.
pub const SYMBOL_8: u8 = 0xa3;
/// binary.
pub const BINARY_32: u8 = 0xb0;
/// string.
pub const STRING_32: u8 = 0xb1;
/// symbol.
pub const SYMBOL_32: u8 = 0xb3;
/// list of up to 255 octets and items.
pub const LIST_8: u8 = 0xc0;
/// map of up to 255 octets and items.
pub const MAP_8: u8 = 0xc1;
/// list.
pub const LIST_32: u8 = 0xd0;
/// map.
pub const MAP_32: u8 = 0xd1;
/// array of up to 255 octets and elements.
pub const ARRAY_8: u8 = 0xe0;
/// array.
pub const ARRAY_32: u8 = 0xf0;

/// The octets of a fixed-width value behind its constructor, when the code is an assigned one of that category.
#[inline]
pub const fn fixed_width(code: u8) -> Option<usize> {
    match code {
        NULL..=LIST_0 => Some(0),
        UBYTE..=BOOLEAN => Some(1),
        USHORT | SHORT => Some(2),
        UINT..=DECIMAL_32 => Some(4),
        ULONG..=DECIMAL_64 => Some(8),
        DECIMAL_128 | UUID => Some(16),
        _ => None,
    }
}

/// What must be known of the octets behind a constructor to check them.
#[derive(Clone, Copy)]
pub(crate) enum Shape {
    /// So many octets, which may be any.
    Fixed(u8),
    Boolean,
    Char,
    Binary8,
    Binary32,
    String8,
    String32,
    Symbol8,
    Symbol32,
    /// Other values, or nothing that is assigned.
    Open,
}

/// One load tells what a chain of comparisons would have to find out for each value.
static SHAPES: [Shape; 256] = {
    let mut shapes = [Shape::Open; 256];
    let mut rest: &mut [Shape] = &mut shapes;
    let mut code = 0u8;
    while let Some((shape, more)) = rest.split_first_mut() {
        *shape = shape_of(code);
        rest = more;
        code = code.wrapping_add(1);
    }
    shapes
};

const fn shape_of(code: u8) -> Shape {
    match code {
        BOOLEAN => Shape::Boolean,
        CHAR => Shape::Char,
        NULL..=LIST_0 => Shape::Fixed(0),
        UBYTE..=SMALL_LONG => Shape::Fixed(1),
        USHORT | SHORT => Shape::Fixed(2),
        UINT..=DECIMAL_32 => Shape::Fixed(4),
        ULONG..=DECIMAL_64 => Shape::Fixed(8),
        DECIMAL_128 | UUID => Shape::Fixed(16),
        BINARY_8 => Shape::Binary8,
        BINARY_32 => Shape::Binary32,
        STRING_8 => Shape::String8,
        STRING_32 => Shape::String32,
        SYMBOL_8 => Shape::Symbol8,
        SYMBOL_32 => Shape::Symbol32,
        _ => Shape::Open,
    }
}

/// The shape of what follows a constructor.
#[inline(always)]
pub(crate) fn shape(code: u8) -> Shape {
    SHAPES.get(usize::from(code)).copied().unwrap_or(Shape::Open)
}

/// The name of the primitive type that an assigned code belongs to.
pub const fn type_name(code: u8) -> Option<&'static str> {
    Some(match code {
        DESCRIBED => "described",
        NULL => "null",
        TRUE | FALSE | BOOLEAN => "boolean",
        UINT_0 | SMALL_UINT | UINT => "uint",
        ULONG_0 | SMALL_ULONG | ULONG => "ulong",
        LIST_0 | LIST_8 | LIST_32 => "list",
        UBYTE => "ubyte",
        BYTE => "byte",
        SMALL_INT | INT => "int",
        SMALL_LONG | LONG => "long",
        USHORT => "ushort",
        SHORT => "short",
        FLOAT => "float",
        CHAR => "char",
        DECIMAL_32 => "decimal32",
        DOUBLE => "double",
        TIMESTAMP => "timestamp",
        DECIMAL_64 => "decimal64",
        DECIMAL_128 => "decimal128",
        UUID => "uuid",
        BINARY_8 | BINARY_32 => "binary",
        STRING_8 | STRING_32 => "string",
        SYMBOL_8 | SYMBOL_32 => "symbol",
        MAP_8 | MAP_32 => "map",
        ARRAY_8 | ARRAY_32 => "array",
        _ => return None,
    })
}

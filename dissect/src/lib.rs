//! `dissect`: reads captures and raw streams and prints the protocol messages in them. The binary is a thin shell around
//! [`run`]; a protocol plugs in through [`protocol::Protocol`].
#![forbid(unsafe_code)]

pub mod amqp091;
pub mod amqp10;
pub mod coap;
pub mod fields;
pub mod mqtt;
pub mod options;
mod progress;
pub mod protocol;
pub mod registry;
pub mod smqtt;
pub mod unit;
pub mod xmpp;

mod bundled;
mod capture;
mod cli;
mod clock;
mod connection;
mod event;
mod flows;
mod hex;
mod http;
mod human;
mod json;
mod packet;
mod pump;
mod reader;
mod run;
mod sniff;
mod table;
mod tcp;
mod web;
mod websocket;

pub use run::{CLEAN, Streams, TROUBLE, UNDECODABLE, run};

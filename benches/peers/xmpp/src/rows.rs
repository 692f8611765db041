//! What is read and written: the same bytes for everybody.

pub const JID: &str = "romeo@montague.lit/orchard";
pub const FROM: &str = "juliet@capulet.lit/balcony";
pub const ID: &str = "message-1";
pub const BODY: &str = "Wherefore art thou, Romeo? Deny thy father & refuse thy name.";
pub const HEADER: &str =
    "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";

/// Eight kinds of stanzas as clients and servers exchange them, 1,000 in all.
pub fn stanzas() -> Vec<String> {
    let kinds: [fn(usize) -> String; 8] = [
        |n| {
            format!(
                "<message from='juliet@capulet.lit/balcony' to='romeo@montague.lit/orchard' type='chat' id='m{n}' xml:lang='en'><body>Wherefore art thou, Romeo? Deny thy father &amp; refuse thy name.</body><active xmlns='http://jabber.org/protocol/chatstates'/><request xmlns='urn:xmpp:receipts'/></message>"
            )
        },
        |n| {
            format!(
                "<message from='juliet@capulet.lit/balcony' to='romeo@montague.lit' type='chat' id='r{n}'><received xmlns='urn:xmpp:receipts' id='m{n}'/></message>"
            )
        },
        |n| {
            format!(
                "<presence from='hag66@shakespeare.lit/pda' to='coven@chat.shakespeare.lit/thirdwitch{n}'><show>away</show><status>stirring</status><priority>5</priority><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='http://code.google.com/p/exodus' ver='QgayPKawpkPSDYmwT/WM94uAlu0='/></presence>"
            )
        },
        |n| {
            format!(
                "<iq from='capulet.lit' to='juliet@capulet.lit/balcony' id='s2c{n}' type='get'><ping xmlns='urn:xmpp:ping'/></iq>"
            )
        },
        |n| {
            format!(
                "<iq to='juliet@example.com/balcony' type='result' id='roster{n}'><query xmlns='jabber:iq:roster' ver='ver7'><item jid='nurse@example.com' subscription='both'><group>Servants</group></item><item jid='romeo@example.net' name='Romeo' subscription='both'><group>Friends</group></item></query></iq>"
            )
        },
        |n| {
            format!(
                "<message id='aeb{n}' to='juliet@capulet.lit/chamber'><result xmlns='urn:xmpp:mam:2' queryid='f27' id='28482-98726-73623'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2010-07-10T23:08:25Z'/><message xmlns='jabber:client' to='juliet@capulet.lit/balcony' from='romeo@montague.lit/orchard' type='chat'><body>Call me but love, and I'll be new baptized.</body></message></forwarded></result></message>"
            )
        },
        |n| {
            format!(
                "<message from='pubsub.shakespeare.lit' to='francisco@denmark.lit'><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='princely_musings'><item id='ae890ac52d0df67ed7cfdf51b644e90{n}'><entry xmlns='http://www.w3.org/2005/Atom'><title>Soliloquy</title><summary>To be, or not to be: that is the question.</summary></entry></item></items></event></message>"
            )
        },
        |n| {
            format!(
                "<iq type='result' from='plays.shakespeare.lit' to='romeo@montague.net/orchard' id='info{n}'><query xmlns='http://jabber.org/protocol/disco#info'><identity category='conference' type='text' name='Play-Specific Chatrooms'/><feature var='http://jabber.org/protocol/disco#info'/><feature var='http://jabber.org/protocol/muc'/><feature var='jabber:iq:register'/></query></iq>"
            )
        },
    ];
    (0..1000).map(|n| kinds[n % kinds.len()](n)).collect()
}

use smqtt_crypto::abe::{PublicKey, decode_key};
use smqtt_crypto::curve::Pure;
use smqtt_crypto::*;

/// One authority, and what it gives out: the shortest way to a working system.
pub(crate) struct World {
    pub(crate) authority: Authority<Pure>,
    pub(crate) random: Box<dyn Random>,
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = crate::random::seeded(seed);
        let authority = Authority::setup(Kem::FABEO_KP, 3600, &mut random).unwrap();
        Self { authority, random: Box::new(random) }
    }

    pub(crate) fn public(&self) -> PublicKey<Pure> {
        self.authority.master().public().clone()
    }

    /// Registers over the wire: request, response, acceptance.
    fn register(&mut self, grant: Grant<'_>, identity: &str) -> (Signing, envelope::PublicParams<'static>, Enrolled) {
        let (role, filters) = match grant {
            Grant::Publish { filters, .. } => (envelope::Role::Publisher, filters),
            Grant::Policy(_) => (envelope::Role::Subscriber, &[][..]),
            _ => panic!("not granted here"),
        };
        let signing = Signing::generate(&mut *self.random).unwrap();
        let enrolment = Enrolment::new(signing.clone(), &mut *self.random).unwrap();
        let request = enrolment.request(role, identity, filters).unwrap();
        let Ok(envelope::Envelope::RegisterRequest(request)) = envelope::Envelope::decode(&request, &Limits::default())
        else {
            panic!("not a request")
        };
        let response = self.authority.respond(&request, grant, &mut *self.random).unwrap();
        let (params, enrolled) =
            enrolment.accept(&response, &self.authority.verifying_key(), &Limits::default()).unwrap();
        (signing, params, enrolled)
    }

    pub(crate) fn publisher(&mut self, filters: &[&str], last: u64, config: PublisherConfig) -> Publisher {
        let grant = Grant::Publish { filters, first: Epoch(0), last: Epoch(last) };
        let (signing, params, enrolled) = self.register(grant, "sensor");
        let Enrolled::Credential(credential) = enrolled else { panic!("not a credential") };
        let public = PublicKey::<Pure>::from_params(&params).unwrap();
        Publisher::new(Box::new(public), signing, &credential, config).unwrap()
    }

    pub(crate) fn subscriber(&mut self, policy: &str, config: SubscriberConfig) -> Subscriber {
        let (_, _, enrolled) = self.register(Grant::Policy(&policy.parse().unwrap()), "display");
        let Enrolled::Key(key) = enrolled else { panic!("not a key") };
        let mut subscriber = Subscriber::new(Trust::Authority(self.authority.verifying_key()), config);
        subscriber.add_key(decode_key::<Pure>(&key, &Limits::default()).unwrap());
        subscriber
    }
}

pub(crate) fn on(topic: &str) -> Bound<'_> {
    Bound { topic, ..Bound::default() }
}

// SPDX-License-Identifier: MIT
// What TLS servers gave us to continue a session with: a later handshake then takes no certificates
// and one signature less on each side. No early data is ever sent: it could be replayed.
#pragma once

#include <openssl/types.h>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>

// As in openssl/ssl.h, which is heavy; openssl/types.h leaves it out.
using SSL_SESSION = struct ssl_session_st;

namespace sniperforge::net {

struct TlsSessionDeleter {
    void operator()(SSL_SESSION* session) const;
};
using TlsSession = std::unique_ptr<SSL_SESSION, TlsSessionDeleter>;

// One server: a session is never offered to another, nor to another port of the same host.
struct TlsPeer {
    std::string host;
    std::uint16_t port = 0;
    [[nodiscard]] auto operator<=>(const TlsPeer&) const = default;
};

// Of one reactor, shared by all its client streams; outlives them.
class TlsSessionCache {
 public:
    // Endpoints are a handful. A TLS 1.3 server sends two tickets per handshake by default, and a
    // client that lost all its connections reopens four at once.
    static constexpr std::size_t kPeersMax = 64;
    static constexpr std::size_t kSessionsPerPeerMax = 8;

    // The newest goes first; the oldest, of this peer or of all, makes room.
    void put(const TlsPeer& peer, TlsSession session);
    // A session that may be offered to the peer, or null. A ticket of TLS 1.3 leaves with it, as it
    // is to be used once; a session of TLS 1.2 stays.
    [[nodiscard]] TlsSession take(const TlsPeer& peer);
    // The peer did not continue one: the others are of the same keys.
    void forget(const TlsPeer& peer) { sessions_.erase(peer); }
    [[nodiscard]] std::size_t count(const TlsPeer& peer) const;

    void note_handshake(bool is_resumed) {
        ++handshakes_;
        resumed_ += is_resumed ? 1 : 0;
    }
    [[nodiscard]] std::uint64_t handshakes() const { return handshakes_; }
    [[nodiscard]] std::uint64_t resumed() const { return resumed_; }

 private:
    struct Entry {
        std::deque<TlsSession> sessions;  // Oldest first.
        std::uint64_t last_put = 0;
    };
    std::map<TlsPeer, Entry> sessions_;
    std::uint64_t puts_ = 0;
    std::uint64_t handshakes_ = 0;
    std::uint64_t resumed_ = 0;
};

// The certificate names `host` (a name or an address) and has not expired.
[[nodiscard]] bool is_certificate_of(X509* certificate, const std::string& host);

}  // namespace sniperforge::net

// SPDX-License-Identifier: MIT
#include "net/tls_session_cache.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>

namespace sniperforge::net {

void TlsSessionDeleter::operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }

bool is_certificate_of(X509* certificate, const std::string& host) {
    if (certificate == nullptr || X509_cmp_current_time(X509_get0_notAfter(certificate)) <= 0) {
        return false;
    }
    const bool names_host = X509_check_ip_asc(certificate, host.c_str(), 0) == 1 ||
                            X509_check_host(certificate, host.data(), host.size(),
                                            X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, nullptr) == 1;
    ERR_clear_error();
    return names_host;
}

void TlsSessionCache::put(const TlsPeer& peer, TlsSession session) {
    if (!sessions_.contains(peer) && sessions_.size() >= kPeersMax) {
        sessions_.erase(std::ranges::min_element(
            sessions_, {}, [](const auto& entry) { return entry.second.last_put; }));
    }
    Entry& entry = sessions_[peer];
    entry.last_put = ++puts_;
    entry.sessions.push_back(std::move(session));
    if (entry.sessions.size() > kSessionsPerPeerMax) {
        entry.sessions.pop_front();
    }
}

TlsSession TlsSessionCache::take(const TlsPeer& peer) {
    const auto found = sessions_.find(peer);
    if (found == sessions_.end()) {
        return nullptr;
    }
    auto& sessions = found->second.sessions;
    while (!sessions.empty()) {
        TlsSession session = std::move(sessions.back());
        sessions.pop_back();
        // A resumed handshake brings no certificate, so that of the session must still do.
        if (SSL_SESSION_is_resumable(session.get()) != 1 ||
            !is_certificate_of(SSL_SESSION_get0_peer(session.get()), peer.host)) {
            continue;
        }
        if (SSL_SESSION_get_protocol_version(session.get()) < TLS1_3_VERSION) {
            SSL_SESSION_up_ref(session.get());
            sessions.push_back(TlsSession{session.get()});
        }
        return session;
    }
    sessions_.erase(found);
    return nullptr;
}

std::size_t TlsSessionCache::count(const TlsPeer& peer) const {
    const auto found = sessions_.find(peer);
    return found != sessions_.end() ? found->second.sessions.size() : 0;
}

}  // namespace sniperforge::net

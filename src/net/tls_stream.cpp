// SPDX-License-Identifier: MIT
#include "net/tls_stream.hpp"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstring>
#include <string_view>
#include <utility>

#include "sniperforge/core/assert.hpp"
#include "sniperforge/core/bytes.hpp"

namespace sniperforge::net {

namespace {

// Two TLS records of the largest size, 16 KiB of text each.
constexpr std::size_t kReceivedBytes = 34U << 10U;
// The only application protocol we speak; otherwise a server may choose HTTP/2.
constexpr std::array<unsigned char, 9> kAlpn{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

}  // namespace

// OpenSSL's notice of a session that may be resumed: at the end of a handshake in TLS 1.2, with
// each ticket that comes later in TLS 1.3.
struct TlsNewSession {
    static int on_new(SSL* ssl, SSL_SESSION* session) {
        auto* const stream = static_cast<TlsStream*>(SSL_get_app_data(ssl));
        if (stream == nullptr || stream->share_.sessions == nullptr) {
            return 0;
        }
        stream->forget_if_not_resumed();
        stream->share_.sessions->put(stream->peer(), TlsSession{session});
        return 1;  // The reference is ours now.
    }
};

void SslContextDeleter::operator()(SSL_CTX* context) const { SSL_CTX_free(context); }

std::string openssl_error_text() {
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
    if (code == 0) {
        return "unknown error";
    }
    const char* const reason = ERR_reason_error_string(code);
    return reason != nullptr ? reason : fmt::format("OpenSSL error {:#x}", code);
}

Result<SslContext> make_tls_client_context(const std::string& ca_file) {
    SslContext context{SSL_CTX_new(TLS_client_method())};
    if (context == nullptr) {
        return fail(fmt::format("setting up TLS: {}", openssl_error_text()));
    }
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_alpn_protos(context.get(), kAlpn.data(), static_cast<unsigned>(kAlpn.size()));
    // Sessions are kept by TlsSessionCache, which knows whose they are.
    SSL_CTX_set_session_cache_mode(context.get(),
                                   SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context.get(), TlsNewSession::on_new);
    const int loaded = ca_file.empty()
                           ? SSL_CTX_set_default_verify_paths(context.get())
                           : SSL_CTX_load_verify_locations(context.get(), ca_file.c_str(), nullptr);
    if (loaded != 1) {
        return fail(fmt::format("loading certificate authorities from {}: {}; give a PEM file",
                                ca_file.empty() ? "the system's store" : ca_file,
                                openssl_error_text()));
    }
    return context;
}

// A BIO whose reads take from TlsStream::unread_ and whose writes go to the stream below, which
// takes everything; so SSL_write never has to be repeated.
struct TlsStream::Bio {
    static int read(BIO* bio, char* out, std::size_t wanted, std::size_t* count) {
        auto& self = *static_cast<TlsStream*>(BIO_get_data(bio));
        BIO_clear_retry_flags(bio);
        *count = std::min(wanted, self.unread_.size());
        if (*count == 0) {
            BIO_set_retry_read(bio);
            return 0;
        }
        std::memcpy(out, self.unread_.data(), *count);
        self.unread_ = self.unread_.subspan(*count);
        return 1;
    }
    static int write(BIO* bio, const char* bytes, std::size_t size, std::size_t* count) {
        auto& self = *static_cast<TlsStream*>(BIO_get_data(bio));
        BIO_clear_retry_flags(bio);
        if (self.inner_ != nullptr) {
            self.inner_->write({reinterpret_cast<const std::uint8_t*>(bytes), size});
        }
        *count = size;
        return 1;
    }
    static long control(BIO*, int command, long, void*) {
        return command == BIO_CTRL_FLUSH ? 1 : 0;
    }
    static BIO_METHOD* method() {
        static BIO_METHOD* const method = [] {
            BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "stream");
            SF_ASSERT(made != nullptr);
            BIO_meth_set_read_ex(made, read);
            BIO_meth_set_write_ex(made, write);
            BIO_meth_set_ctrl(made, control);
            return made;
        }();
        return method;
    }
};

TlsStream::TlsStream(Reactor& reactor, SSL_CTX& context, TlsRole role, const std::string& host,
                     StreamEvents& events, TlsClientShare share)
    : reactor_{reactor},
      events_{&events},
      role_{role},
      host_{host},
      share_{std::move(share)},
      ssl_{SSL_new(&context)},
      received_{std::make_unique<std::uint8_t[]>(kReceivedBytes)} {
    SF_ASSERT(ssl_ != nullptr);  // Fails only without memory.
    BIO* const bio = BIO_new(Bio::method());
    SF_ASSERT(bio != nullptr);
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_, bio, bio);
    if (role == TlsRole::Server) {
        SSL_set_accept_state(ssl_);
        return;
    }
    SSL_set_connect_state(ssl_);
    SSL_set_app_data(ssl_, this);
    offer_session();
    // An address is checked against the certificate's addresses and is not sent as a server name.
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_), host.c_str()) == 1) {
        return;
    }
    ERR_clear_error();
    SSL_set_hostflags(ssl_, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (host.empty() || SSL_set1_host(ssl_, host.c_str()) != 1 ||
        SSL_set_tlsext_host_name(ssl_, host.c_str()) != 1) {
        fail_later(fmt::format("TLS to '{}': not a usable host name", host));
    }
}

TlsStream::~TlsStream() {
    if (is_deleted_flag_ != nullptr) {
        *is_deleted_flag_ = true;
    }
    TlsStream::close();
    // Otherwise OpenSSL would spoil the session of a connection that the network ended.
    SSL_set_shutdown(ssl_, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    SSL_free(ssl_);
}

void TlsStream::offer_session() {
    if (share_.sessions == nullptr) {
        return;
    }
    if (const TlsSession session = share_.sessions->take(peer()); session != nullptr) {
        was_session_offered_ = SSL_set_session(ssl_, session.get()) == 1;
    }
}

void TlsStream::forget_if_not_resumed() {
    if (was_session_offered_ && SSL_session_reused(ssl_) != 1) {
        share_.sessions->forget(peer());
        was_session_offered_ = false;
    }
}

bool TlsStream::accept_session() {
    if (role_ == TlsRole::Server) {
        return true;
    }
    const bool is_resumed = SSL_session_reused(ssl_) == 1;
    if (share_.sessions != nullptr) {
        share_.sessions->note_handshake(is_resumed);
        forget_if_not_resumed();
    }
    // OpenSSL repeats what the session's first handshake found, but not the check of the name.
    return SSL_get_verify_result(ssl_) == X509_V_OK &&
           (!is_resumed || is_certificate_of(SSL_get0_peer_certificate(ssl_), host_));
}

void TlsStream::attach(std::unique_ptr<ByteStream> inner) { inner_ = std::move(inner); }

void TlsStream::write(std::span<const std::uint8_t> bytes) {
    if (events_ == nullptr || failure_timer_ != 0) {
        return;
    }
    if (!is_open_) {
        early_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return;
    }
    encrypt(bytes);
}

void TlsStream::encrypt(std::span<const std::uint8_t> bytes) {
    while (!bytes.empty()) {
        std::size_t written = 0;
        ERR_clear_error();
        if (SSL_write_ex(ssl_, bytes.data(), bytes.size(), &written) != 1) {
            fail_later(fmt::format("TLS to {}: encrypting: {}", host_, openssl_error_text()));
            return;
        }
        bytes = bytes.subspan(written);
    }
}

std::size_t TlsStream::queued() const {
    return early_.size() + (inner_ != nullptr ? inner_->queued() : 0);
}

void TlsStream::close() {
    reactor_.cancel(std::exchange(failure_timer_, 0));
    if (std::exchange(events_, nullptr) != nullptr && is_open_ && inner_ != nullptr) {
        ERR_clear_error();
        SSL_shutdown(ssl_);  // Sends close_notify; the peer's is not waited for.
        ERR_clear_error();
    }
    if (inner_ != nullptr) {
        inner_->close();
    }
}

void TlsStream::on_connected() { (void)advance_handshake(); }

std::span<std::uint8_t> TlsStream::read_buffer() { return {received_.get(), kReceivedBytes}; }

void TlsStream::on_read(std::size_t count, MonoTime at) {
    if (failure_timer_ != 0) {
        return;
    }
    unread_ = {received_.get(), count};
    if (!is_open_ && !advance_handshake()) {
        return;
    }
    if (is_open_) {
        (void)deliver(at);
    }
}

bool TlsStream::advance_handshake() {
    if (is_open_ || failure_timer_ != 0) {
        return failure_timer_ == 0;
    }
    ERR_clear_error();
    const int outcome = SSL_do_handshake(ssl_);
    if (outcome != 1) {
        const int error = SSL_get_error(ssl_, outcome);
        if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
            return true;
        }
        const std::string why = handshake_error_text();
        refuse_peer();
        end(fmt::format("TLS handshake with {}: {}", host_, why));
        return false;
    }
    if (!accept_session()) {
        refuse_peer();
        end(fmt::format("TLS handshake with {}: the resumed session is not of a verified peer",
                        host_));
        return false;
    }
    is_open_ = true;
    const std::string early = std::exchange(early_, {});
    encrypt(bytes_of(early));
    bool is_deleted = false;
    is_deleted_flag_ = &is_deleted;
    events_->on_connected();
    if (is_deleted) {
        return false;
    }
    is_deleted_flag_ = nullptr;
    return events_ != nullptr;
}

void TlsStream::refuse_peer() {
    if (role_ == TlsRole::Client) {
        if (share_.sessions != nullptr) {
            share_.sessions->forget(peer());
        }
        if (share_.on_refused) {
            share_.on_refused();
        }
    }
}

std::string TlsStream::handshake_error_text() const {
    const long verified = SSL_get_verify_result(ssl_);
    if (role_ == TlsRole::Client && verified != X509_V_OK) {
        ERR_clear_error();
        return fmt::format("certificate refused: {}", X509_verify_cert_error_string(verified));
    }
    return openssl_error_text();
}

bool TlsStream::deliver(MonoTime at) {
    bool is_deleted = false;
    is_deleted_flag_ = &is_deleted;
    while (failure_timer_ == 0) {
        const std::span<std::uint8_t> buffer = events_->read_buffer();
        SF_ASSERT(!buffer.empty());
        std::size_t count = 0;
        ERR_clear_error();
        if (SSL_read_ex(ssl_, buffer.data(), buffer.size(), &count) != 1) {
            break;
        }
        events_->on_read(count, at);
        if (is_deleted) {
            return false;
        }
        if (events_ == nullptr) {
            is_deleted_flag_ = nullptr;
            return false;
        }
    }
    is_deleted_flag_ = nullptr;
    if (failure_timer_ != 0) {
        return true;
    }
    const int error = SSL_get_error(ssl_, 0);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
        return true;
    }
    end(error == SSL_ERROR_ZERO_RETURN
            ? fmt::format("{}: closed by the peer", host_)
            : fmt::format("TLS from {}: decrypting: {}", host_, openssl_error_text()));
    return false;
}

void TlsStream::on_closed(const Error& reason) {
    // An end without close_notify is common and normal: what a message needs to be complete is
    // the protocol's business, by its lengths.
    end(is_open_ ? reason.text : fmt::format("before TLS was established: {}", reason.text));
}

void TlsStream::fail_later(std::string reason) {
    if (failure_timer_ == 0) {
        failure_timer_ =
            reactor_.schedule_after(Duration{0}, [this, text = std::move(reason)] { end(text); });
    }
}

void TlsStream::end(const std::string& reason) {
    StreamEvents* const events = events_;
    const std::string text = reason;  // `reason` may live in the timer that close() cancels.
    is_open_ = false;                 // No close_notify after a failure.
    close();
    if (events != nullptr) {
        events->on_closed(Error{text});
    }
}

}  // namespace sniperforge::net

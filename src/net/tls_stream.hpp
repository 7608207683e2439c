// SPDX-License-Identifier: MIT
// TLS 1.2 and newer over any byte stream, with OpenSSL. Records are decrypted straight into the
// owner's buffer, and write() encrypts and hands the records on before it returns.
#pragma once

#include <openssl/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "net/tls_session_cache.hpp"
#include "sniperforge/net/reactor.hpp"

namespace sniperforge::net {

struct SslContextDeleter {
    void operator()(SSL_CTX* context) const;
};
using SslContext = std::unique_ptr<SSL_CTX, SslContextDeleter>;

// `ca_file` empty: the system's certificate store.
[[nodiscard]] Result<SslContext> make_tls_client_context(const std::string& ca_file);

// The oldest OpenSSL error of this thread as text; empties the queue.
[[nodiscard]] std::string openssl_error_text();

enum class TlsRole { Client, Server };

// What a client stream shares with the others of its reactor; both may be absent.
struct TlsClientShare {
    TlsSessionCache* sessions = nullptr;
    std::uint16_t port = 0;  // With the host, what sessions are kept by.
    // The peer is not who it should be, or does not speak TLS: its address may be out of date.
    std::function<void()> on_refused = {};
};

// The client verifies the peer's chain and that its certificate names `host`; of a resumed session,
// that both were so when it began and that the certificate has not expired since.
class TlsStream final : public ByteStream, private StreamEvents {
 public:
    TlsStream(Reactor& reactor, SSL_CTX& context, TlsRole role, const std::string& host,
              StreamEvents& events, TlsClientShare share = {});
    ~TlsStream() override;
    TlsStream(const TlsStream&) = delete;
    TlsStream& operator=(const TlsStream&) = delete;

    // The stream below must be given these events, and then be attached.
    [[nodiscard]] StreamEvents& inner_events() { return *this; }
    void attach(std::unique_ptr<ByteStream> inner);

    void write(std::span<const std::uint8_t> bytes) override;
    [[nodiscard]] std::size_t queued() const override;
    void close() override;

 private:
    struct Bio;  // Connects OpenSSL's reads and writes to this stream.
    friend struct TlsNewSession;

    void offer_session();
    // Once, and before a new session of this handshake is kept.
    void forget_if_not_resumed();
    // The handshake is done: counts it, and refuses a session that was not verified.
    [[nodiscard]] bool accept_session();
    void refuse_peer();
    [[nodiscard]] TlsPeer peer() const { return {.host = host_, .port = share_.port}; }

    void on_connected() override;
    [[nodiscard]] std::span<std::uint8_t> read_buffer() override;
    void on_read(std::size_t count, MonoTime at) override;
    void on_closed(const Error& reason) override;

    void encrypt(std::span<const std::uint8_t> bytes);
    // These return false when this stream was closed or deleted meanwhile.
    [[nodiscard]] bool advance_handshake();
    [[nodiscard]] bool deliver(MonoTime at);
    void fail_later(std::string reason);
    void end(const std::string& reason);
    [[nodiscard]] std::string handshake_error_text() const;

    Reactor& reactor_;
    StreamEvents* events_;
    TlsRole role_;
    std::string host_;
    TlsClientShare share_;
    bool was_session_offered_ = false;
    SSL* ssl_ = nullptr;
    std::unique_ptr<ByteStream> inner_;

    std::unique_ptr<std::uint8_t[]> received_;  // Ciphertext of the current read.
    std::span<const std::uint8_t> unread_;      // The part OpenSSL has not taken yet.
    std::string early_;                         // Plaintext written before the handshake ended.
    TimerId failure_timer_ = 0;
    bool is_open_ = false;             // The handshake is done.
    bool* is_deleted_flag_ = nullptr;  // Set by the destructor while a callback is running.
};

}  // namespace sniperforge::net

// SPDX-License-Identifier: MIT
// Certificates made at run time, and a reactor whose listeners speak TLS. Without gtest: the
// benchmarks use it too.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "net/tls_stream.hpp"
#include "sniperforge/core/assert.hpp"
#include "sniperforge/net/reactor.hpp"

namespace sniperforge::net::test {

struct OpensslDeleter {
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Certificate = std::unique_ptr<X509, OpensslDeleter>;
using PrivateKey = std::unique_ptr<EVP_PKEY, OpensslDeleter>;

struct Identity {
    Certificate certificate;
    PrivateKey key;
};

inline void add_extension(X509* certificate, X509* issuer, int type, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, type, value);
    SF_ASSERT(extension != nullptr);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

// An authority when `issuer` is null, otherwise a server's certificate for `names`
// ("DNS:localhost,IP:127.0.0.1").
inline Identity make_identity(const Identity* issuer, const std::string& names) {
    Identity made{Certificate{X509_new()}, PrivateKey{EVP_EC_gen("P-256")}};
    X509* const certificate = made.certificate.get();
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), issuer == nullptr ? 1 : 2);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, made.key.get());
    X509_NAME* const name = X509_get_subject_name(certificate);
    const std::string common_name = issuer == nullptr ? "Test authority " + names : "Test server";
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1,
                               0);
    X509* const signer = issuer == nullptr ? certificate : issuer->certificate.get();
    X509_set_issuer_name(certificate, X509_get_subject_name(signer));
    if (issuer == nullptr) {
        add_extension(certificate, signer, NID_basic_constraints, "critical,CA:TRUE");
        add_extension(certificate, signer, NID_key_usage, "critical,keyCertSign");
    } else {
        add_extension(certificate, signer, NID_subject_alt_name, names.c_str());
    }
    X509_sign(certificate, issuer == nullptr ? made.key.get() : issuer->key.get(), EVP_sha256());
    return made;
}

// A PEM file of an authority, deleted with this object.
class CaFile {
 public:
    CaFile(const Identity& authority, const std::string& name)
        : path_{std::filesystem::temp_directory_path() /
                ("sniperforge_" + name + "_" + std::to_string(getpid()) + "_" +
                 std::to_string(reinterpret_cast<std::uintptr_t>(this)) + ".pem")} {
        std::FILE* const file = std::fopen(path_.c_str(), "w");
        if (file != nullptr) {
            PEM_write_X509(file, authority.certificate.get());
            (void)std::fclose(file);
        }
    }
    ~CaFile() { (void)std::remove(path_.c_str()); }
    CaFile(const CaFile&) = delete;
    CaFile& operator=(const CaFile&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }

 private:
    std::string path_;
};

inline SslContext make_server_context(const Identity& identity) {
    SslContext context{SSL_CTX_new(TLS_server_method())};
    const bool is_set = SSL_CTX_use_certificate(context.get(), identity.certificate.get()) == 1 &&
                        SSL_CTX_use_PrivateKey(context.get(), identity.key.get()) == 1;
    SF_ASSERT(is_set);
    return context;
}

// The server's end of an accepted connection; its owner is known only after it was made.
class TlsServerStream final : public ByteStream, public StreamEvents {
 public:
    TlsServerStream(Reactor& reactor, SSL_CTX& context, std::unique_ptr<ByteStream> inner)
        : tls_{std::make_unique<TlsStream>(reactor, context, TlsRole::Server, "client", *this)} {
        tls_->attach(std::move(inner));
    }
    [[nodiscard]] StreamEvents& inner_events() { return tls_->inner_events(); }
    void set_owner(StreamEvents& owner) { owner_ = &owner; }

    void write(std::span<const std::uint8_t> bytes) override { tls_->write(bytes); }
    [[nodiscard]] std::size_t queued() const override { return tls_->queued(); }
    void close() override { tls_->close(); }

 private:
    void on_connected() override { owner_->on_connected(); }
    [[nodiscard]] std::span<std::uint8_t> read_buffer() override { return owner_->read_buffer(); }
    void on_read(std::size_t count, MonoTime at) override { owner_->on_read(count, at); }
    void on_closed(const Error& reason) override { owner_->on_closed(reason); }

    StreamEvents* owner_ = nullptr;
    std::unique_ptr<TlsStream> tls_;
};

// Everything as in the reactor below, but what it listens on speaks TLS.
class TlsListeningReactor final : public Reactor {
 public:
    TlsListeningReactor(Reactor& below, SSL_CTX& context) : below_{below}, context_{context} {}

    [[nodiscard]] MonoTime now() const override { return below_.now(); }
    [[nodiscard]] WallTime wall_now() const override { return below_.wall_now(); }
    TimerId schedule_at(MonoTime at, Task task) override {
        return below_.schedule_at(at, std::move(task));
    }
    void cancel(TimerId timer) override { below_.cancel(timer); }
    void post(Task task) override { below_.post(std::move(task)); }
    [[nodiscard]] std::unique_ptr<ByteStream> connect(const Address& address,
                                                      StreamEvents& events) override {
        return below_.connect(address, events);
    }
    [[nodiscard]] Result<std::unique_ptr<Listener>> listen(const Address& address,
                                                           AcceptHandler accept) override {
        return below_.listen(
            address, [this, accept](std::unique_ptr<ByteStream> inner) -> StreamEvents* {
                auto stream = std::make_unique<TlsServerStream>(below_, context_, std::move(inner));
                TlsServerStream& made = *stream;
                StreamEvents& inner_events = made.inner_events();
                StreamEvents* const owner = accept(std::move(stream));
                if (owner == nullptr) {
                    return nullptr;
                }
                made.set_owner(*owner);
                return &inner_events;
            });
    }
    void run() override { below_.run(); }
    void stop() override { below_.stop(); }

 private:
    Reactor& below_;
    SSL_CTX& context_;
};

}  // namespace sniperforge::net::test

// SPDX-License-Identifier: MIT
#include "sniperforge/signer/remote_signer.hpp"

#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <type_traits>
#include <utility>
#include <variant>

#include "signer/signer_wire.hpp"
#include "sniperforge/signer/policy_signer.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::signer {
namespace {

[[nodiscard]] Refusal ended() {
    return {{},
            "the process with the key has ended, and nothing is signed without it: start the "
            "daemon again"};
}

[[nodiscard]] bool send_frame(int fd, BytesView frame) {
    ssize_t sent = 0;
    do {
        sent = ::send(fd, frame.data(), frame.size(), MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent == static_cast<ssize_t>(frame.size());
}

// How long the frame is, also where the buffer was too short for it; 0: the other end is closed,
// or did not answer in time.
[[nodiscard]] std::size_t receive_frame(int fd, std::span<std::uint8_t> buffer) {
    ssize_t size = 0;
    do {
        size = ::recv(fd, buffer.data(), buffer.size(), MSG_TRUNC);
    } while (size < 0 && errno == EINTR);
    return size < 0 ? 0 : static_cast<std::size_t>(size);
}

}  // namespace

RemoteSigner::RemoteSigner(int fd, const Pubkey& wallet, std::chrono::seconds patience)
    : fd_{fd}, wallet_{wallet} {
    const timeval waits{patience.count(), 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &waits, sizeof waits);
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &waits, sizeof waits);
    in_.resize(kAnswerBytesMax);
}

RemoteSigner::~RemoteSigner() { close(); }

RemoteSigner::RemoteSigner(RemoteSigner&& other) noexcept
    : fd_{std::exchange(other.fd_, -1)},
      wallet_{other.wallet_},
      request_{other.request_},
      mints_told_{other.mints_told_},
      out_{std::move(other.out_)},
      in_{std::move(other.in_)} {}

RemoteSigner& RemoteSigner::operator=(RemoteSigner&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(wallet_, other.wallet_);
    std::swap(request_, other.request_);
    std::swap(mints_told_, other.mints_told_);
    std::swap(out_, other.out_);
    std::swap(in_, other.in_);
    return *this;
}

void RemoteSigner::close() {
    if (fd_ >= 0) {
        ::close(std::exchange(fd_, -1));
    }
}

bool RemoteSigner::is_alive() {
    if (fd_ < 0) {
        return false;
    }
    std::uint8_t byte = 0;
    const ssize_t seen = ::recv(fd_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    // Nothing was asked, so that nothing may be there, not even an end.
    if (seen >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) {
        close();
    }
    return fd_ >= 0;
}

bool RemoteSigner::send_mints(const OwnAccounts& own) {
    const std::vector<Pubkey>& mints = own.mints();
    while (mints_told_ < mints.size()) {
        const std::size_t count = std::min(mints.size() - mints_told_, kFrameMintsMax);
        encode_mints(out_, std::span{mints}.subspan(mints_told_, count));
        if (!send_frame(fd_, out_)) {
            return false;
        }
        mints_told_ += count;
    }
    return true;
}

void RemoteSigner::restore(std::span<const SignedBefore> before) {
    while (!before.empty()) {
        const std::size_t count = std::min(before.size(), kFrameBeforeMax);
        encode_before(out_, before.first(count));
        if (fd_ < 0 || !send_frame(fd_, out_)) {
            return close();
        }
        before = before.subspan(count);
    }
}

Result<Signature, Refusal> RemoteSigner::exchange() {
    if (fd_ < 0 || !send_frame(fd_, out_)) {
        close();
        return Err{ended()};
    }
    const std::size_t size = receive_frame(fd_, in_);
    auto answer =
        size == 0 || size > in_.size() ? std::nullopt : decode_answer(BytesView{in_}.first(size));
    if (!answer || answer->number != request_) {
        close();  // A later answer would be taken for one to the next request.
        return Err{ended()};
    }
    return std::move(answer->outcome);
}

Result<Signature, Refusal> RemoteSigner::sign(BytesView message, const SigningPolicy& policy,
                                              std::span<const solana::AddressLookupTable> tables,
                                              const OwnAccounts& own) {
    if (fd_ < 0 || !send_mints(own)) {
        close();
        return Err{ended()};
    }
    if (!encode_request(out_, OrderRequest{++request_, policy, message, {}}, tables)) {
        return Err{Refusal{{},
                           "the message or its lookup tables are larger than any that is "
                           "signed"}};
    }
    return exchange();
}

Result<Signature, Refusal> RemoteSigner::sign(BytesView message, const WithdrawalPolicy& policy) {
    if (!encode_request(out_, WithdrawalRequest{++request_, policy, message})) {
        return Err{Refusal{{}, "the message is larger than any that is signed"}};
    }
    return exchange();
}

Result<Signature, Refusal> RemoteSigner::sign(BytesView message, const UpkeepPolicy& policy) {
    if (!encode_request(out_, UpkeepRequest{++request_, policy, message})) {
        return Err{Refusal{{}, "the message or its policy is larger than any that is signed"}};
    }
    return exchange();
}

void serve_signatures(int fd, PolicySigner& signer, const std::function<SigningTime()>& now) {
    Bytes in(kFrameBytesMax), out, transaction;
    for (;;) {
        const std::size_t size = receive_frame(fd, in);
        if (size == 0) {
            return;
        }
        const auto request = size > in.size() ? fail("the frame is too long")
                                              : decode_request(BytesView{in}.first(size));
        if (request && std::holds_alternative<MintsRequest>(*request)) {
            for (const Pubkey& mint : std::get<MintsRequest>(*request).mints) {
                (void)signer.own_accounts().account(mint, solana::kTokenProgram);
            }
            continue;
        }
        if (request && std::holds_alternative<BeforeRequest>(*request)) {
            signer.restore(std::get<BeforeRequest>(*request).before, now());
            continue;
        }
        Answer answer{0, Err{Refusal{{}, "the frame is no request"}}};
        if (request) {
            if (const auto* order = std::get_if<OrderRequest>(&*request)) {
                answer = {order->number, signer.sign(transaction, order->message, order->policy,
                                                     now(), order->tables)};
            } else if (const auto* withdrawal = std::get_if<WithdrawalRequest>(&*request)) {
                answer = {withdrawal->number,
                          signer.sign(transaction, withdrawal->message, withdrawal->policy, now())};
            } else if (const auto* upkeep = std::get_if<UpkeepRequest>(&*request)) {
                answer = {upkeep->number,
                          signer.sign(transaction, upkeep->message, upkeep->policy, now())};
            }
        }
        encode_answer(out, answer);
        if (!send_frame(fd, out)) {
            return;
        }
    }
}

}  // namespace sniperforge::signer

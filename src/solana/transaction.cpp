// SPDX-License-Identifier: MIT
#include "sniperforge/solana/transaction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "message_wire.hpp"
#include "sniperforge/solana/shortvec.hpp"
#include "wire_error.hpp"

namespace sniperforge::solana {
namespace {

// The keys that must sign, read straight from message bytes.
struct RequiredSigners {
    MessageVersion version = MessageVersion::Legacy;
    BytesView keys;

    [[nodiscard]] std::size_t count() const { return keys.size() / Pubkey::kSize; }
};

[[nodiscard]] Result<RequiredSigners> required_signers(BytesView message) {
    ByteReader reader{message};
    RequiredSigners signers;
    auto required = reader.read<std::uint8_t>();
    if ((required & kVersionBit) != 0) {
        if (required != kVersion0 && required != kVersion1) {
            return fail(fmt::format("signing: message version {} cannot be signed by this build",
                                    required & 0x7f));
        }
        signers.version = required == kVersion1 ? MessageVersion::V1 : MessageVersion::V0;
        required = reader.read<std::uint8_t>();
    }
    (void)reader.take(2);  // The readonly counts.
    std::optional<std::uint16_t> keys;
    if (signers.version == MessageVersion::V1) {
        (void)reader.take(kFixedBytesV1 - reader.position() - 1);
        keys = reader.read<std::uint8_t>();  // Zero, and refused, when it is cut off.
    } else {
        keys = read_shortvec(reader);
    }
    if (!keys || required == 0 || required > *keys) {
        return fail(fmt::format("signing: the {} bytes are no message", message.size()));
    }
    signers.keys = reader.take(required * Pubkey::kSize);
    if (!reader.ok()) {
        return fail(fmt::format("signing: the message of {} bytes is cut off", message.size()));
    }
    return signers;
}

[[nodiscard]] Result<void> check_size(const RequiredSigners& signers, BytesView message) {
    const std::size_t count_bytes =
        signers.version == MessageVersion::V1
            ? 0
            : shortvec_size(static_cast<std::uint16_t>(signers.count()));
    const std::size_t size = count_bytes + signers.count() * Signature::kSize + message.size();
    const std::size_t size_max = transaction_bytes_max(signers.version);
    if (size > size_max) {
        return fail(
            fmt::format("signing: the transaction would have {} bytes, at most {} are "
                        "possible",
                        size, size_max));
    }
    return {};
}

// The message is in front of the signatures from version 1 on, behind them before.
void append_front(Bytes& out, const RequiredSigners& signers, BytesView message) {
    if (signers.version == MessageVersion::V1) {
        append(out, message);
    } else {
        append_shortvec(out, static_cast<std::uint16_t>(signers.count()));
    }
}
void append_back(Bytes& out, const RequiredSigners& signers, BytesView message) {
    if (signers.version != MessageVersion::V1) {
        append(out, message);
    }
}

void read_signatures(ByteReader& reader, std::size_t count, Transaction& out) {
    out.signatures.resize(count);
    for (Signature& signature : out.signatures) {
        signature = reader.read_key<Signature>();
    }
}

[[nodiscard]] std::unexpected<DecodeError> too_long(std::size_t size, std::size_t size_max) {
    return malformed(fmt::format("transaction: {} bytes, at most {} are possible", size, size_max));
}

// Version 1: the message, then as many signatures as its header says and nothing else.
[[nodiscard]] Decoded<void> parse_v1(BytesView bytes, Transaction& out) {
    if (bytes.size() > kTransactionBytesMaxV1) {
        return too_long(bytes.size(), kTransactionBytesMaxV1);
    }
    const std::size_t count = bytes.size() > 1 ? bytes[1] : 0;
    if (count == 0 || count * Signature::kSize > bytes.size()) {
        return malformed(
            fmt::format("transaction: {} signatures do not fit {} bytes", count, bytes.size()));
    }
    out.message_bytes = bytes.first(bytes.size() - count * Signature::kSize);
    if (auto parsed = parse_message_into(out.message_bytes, out.message); !parsed) {
        return parsed;
    }
    ByteReader reader{bytes.subspan(out.message_bytes.size())};
    read_signatures(reader, count, out);
    return {};
}

}  // namespace

Decoded<void> parse_transaction_into(BytesView bytes, Transaction& out) {
    if (bytes.empty()) {
        return malformed("transaction: no bytes");
    }
    // From version 1 on the version leads and signatures come last. As a signature count the same
    // byte would mean 128 or more signatures, which never fit, so the two cannot be confused.
    if (bytes[0] == kVersion1) {
        return parse_v1(bytes, out);
    }
    if (bytes[0] == kVersion0) {
        return malformed("transaction: a version 0 message in front of its signatures");
    }
    if ((bytes[0] & kVersionBit) != 0) {
        return unsupported_version(bytes[0] & 0x7fU);
    }
    if (bytes.size() > kTransactionBytesMax) {
        return too_long(bytes.size(), kTransactionBytesMax);
    }
    ByteReader reader{bytes};
    const auto count = read_shortvec(reader);
    if (!count || *count == 0 || *count * Signature::kSize > reader.remaining()) {
        return malformed(fmt::format("transaction: {} signatures do not fit {} bytes",
                                     count.value_or(0), bytes.size()));
    }
    read_signatures(reader, *count, out);
    out.message_bytes = bytes.subspan(reader.position());
    if (auto parsed = parse_message_into(out.message_bytes, out.message); !parsed) {
        return parsed;
    }
    if (out.message.version == MessageVersion::V1) {
        return malformed("transaction: a version 1 message behind its signatures");
    }
    if (out.message.header.num_required_signatures != *count) {
        return malformed(fmt::format("transaction: {} signatures, its header requires {}", *count,
                                     out.message.header.num_required_signatures));
    }
    return {};
}

Decoded<Transaction> parse_transaction(BytesView bytes) {
    Transaction transaction;
    if (auto parsed = parse_transaction_into(bytes, transaction); !parsed) {
        return Err{parsed.error()};
    }
    return transaction;
}

Bytes serialize_transaction(const Transaction& transaction) {
    const bool is_message_first = transaction.message.version == MessageVersion::V1;
    const Bytes message = serialize_message(transaction.message);
    Bytes out;
    out.reserve(transaction_bytes_max(transaction.message.version));
    if (is_message_first) {
        append(out, message);
    } else {
        append_shortvec(out, static_cast<std::uint16_t>(transaction.signatures.size()));
    }
    for (const Signature& signature : transaction.signatures) {
        append(out, signature.bytes);
    }
    if (!is_message_first) {
        append(out, message);
    }
    return out;
}

std::optional<Signature> transaction_id_of(BytesView transaction) {
    if (transaction.empty()) {
        return std::nullopt;
    }
    if ((transaction[0] & kVersionBit) == 0) {
        const bool has_one = transaction[0] > 0 && transaction.size() > Signature::kSize;
        return has_one ? std::optional{Signature::from(transaction.subspan(1))} : std::nullopt;
    }
    const std::size_t size = transaction.size() > 1 ? transaction[1] * Signature::kSize : 0;
    if (transaction[0] != kVersion1 || size == 0 || size > transaction.size()) {
        return std::nullopt;
    }
    return Signature::from(transaction.last(size));
}

std::optional<BytesView> message_bytes_of(BytesView transaction) {
    if (transaction.empty()) {
        return std::nullopt;
    }
    if (transaction[0] == kVersion1) {
        const std::size_t size = transaction.size() > 1 ? transaction[1] * Signature::kSize : 0;
        return size == 0 || size >= transaction.size()
                   ? std::nullopt
                   : std::optional{transaction.first(transaction.size() - size)};
    }
    ByteReader reader{transaction};
    const auto count = read_shortvec(reader);
    (void)reader.take(count.value_or(0) * Signature::kSize);
    return count && reader.ok() ? std::optional{transaction.subspan(reader.position())}
                                : std::nullopt;
}

bool verify_signatures(const Transaction& transaction) {
    for (std::size_t i = 0; i < transaction.signatures.size(); ++i) {
        if (!verify(transaction.message.account_keys[i], transaction.message_bytes,
                    transaction.signatures[i])) {
            return false;
        }
    }
    return true;
}

Result<void> sign_transaction_into(Bytes& out, BytesView message,
                                   std::span<const Keypair* const> signers) {
    const auto required = required_signers(message);
    if (!required) {
        return Err{required.error()};
    }
    if (signers.size() != required->count()) {
        return fail(fmt::format("signing: {} keys were given, the message requires {}",
                                signers.size(), required->count()));
    }
    if (auto fits = check_size(*required, message); !fits) {
        return fits;
    }
    out.clear();
    append_front(out, *required, message);
    for (std::size_t i = 0; i < required->count(); ++i) {
        const auto key = Pubkey::from(required->keys.subspan(i * Pubkey::kSize));
        const auto signer = std::ranges::find_if(
            signers, [&](const Keypair* keypair) { return keypair->public_key() == key; });
        if (signer == signers.end()) {
            out.clear();
            return fail(
                fmt::format("signing: the message requires {}, which is not among the {} "
                            "keys given",
                            key.to_string(), signers.size()));
        }
        append(out, (*signer)->sign(message).bytes);
    }
    append_back(out, *required, message);
    return {};
}

Result<Bytes> sign_transaction(BytesView message, std::span<const Keypair* const> signers) {
    Bytes out;
    out.reserve(message.size() + signers.size() * Signature::kSize + 1);
    if (auto is_signed = sign_transaction_into(out, message, signers); !is_signed) {
        return Err{is_signed.error()};
    }
    return out;
}

Result<Bytes> sign_transaction(BytesView message, const Keypair& signer) {
    const std::array<const Keypair*, 1> signers{&signer};
    return sign_transaction(message, signers);
}

Result<Bytes> unsigned_transaction(BytesView message) {
    const auto required = required_signers(message);
    if (!required) {
        return Err{required.error()};
    }
    if (auto fits = check_size(*required, message); !fits) {
        return Err{fits.error()};
    }
    Bytes out;
    append_front(out, *required, message);
    out.resize(out.size() + required->count() * Signature::kSize);
    append_back(out, *required, message);
    return out;
}

}  // namespace sniperforge::solana

// SPDX-License-Identifier: MIT
#include "sniperforge/solana/transaction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sniperforge/solana/shortvec.hpp"
#include "wire_error.hpp"

namespace sniperforge::solana {
namespace {

// The keys that must sign, read straight from message bytes.
[[nodiscard]] Result<BytesView> required_signer_keys(BytesView message) {
    ByteReader reader{message};
    auto required = reader.read<std::uint8_t>();
    if ((required & 0x80) != 0) {
        if (required != 0x80) {
            return fail(fmt::format("signing: message version {} cannot be signed by this build",
                                    required & 0x7f));
        }
        required = reader.read<std::uint8_t>();
    }
    (void)reader.take(2);  // The readonly counts.
    const auto keys = read_shortvec(reader);
    if (!keys || required == 0 || required > *keys) {
        return fail(fmt::format("signing: the {} bytes are no message", message.size()));
    }
    const auto signer_keys = reader.take(required * Pubkey::kSize);
    if (!reader.ok()) {
        return fail(fmt::format("signing: the message of {} bytes is cut off", message.size()));
    }
    return signer_keys;
}

[[nodiscard]] Result<void> check_size(std::size_t signatures, BytesView message) {
    const std::size_t size = shortvec_size(static_cast<std::uint16_t>(signatures)) +
                             signatures * Signature::kSize + message.size();
    if (size > kTransactionBytesMax) {
        return fail(
            fmt::format("signing: the transaction would have {} bytes, at most {} are "
                        "possible",
                        size, kTransactionBytesMax));
    }
    return {};
}

}  // namespace

Decoded<void> parse_transaction_into(BytesView bytes, Transaction& out) {
    if (bytes.empty()) {
        return malformed("transaction: no bytes");
    }
    // From version 1 on the version leads and signatures come last. As a signature count the same
    // byte would mean 128 or more signatures, which never fit, so the two cannot be confused.
    if ((bytes[0] & 0x80) != 0) {
        return unsupported_version(bytes[0] & 0x7fU);
    }
    if (bytes.size() > kTransactionBytesMax) {
        return malformed(fmt::format("transaction: {} bytes, at most {} are possible", bytes.size(),
                                     kTransactionBytesMax));
    }
    ByteReader reader{bytes};
    const auto count = read_shortvec(reader);
    if (!count || *count == 0 || *count * Signature::kSize > reader.remaining()) {
        return malformed(fmt::format("transaction: {} signatures do not fit {} bytes",
                                     count.value_or(0), bytes.size()));
    }
    out.signatures.resize(*count);
    for (Signature& signature : out.signatures) {
        signature = reader.read_key<Signature>();
    }
    out.message_bytes = bytes.subspan(reader.position());
    if (auto parsed = parse_message_into(out.message_bytes, out.message); !parsed) {
        return parsed;
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
    Bytes out;
    out.reserve(kTransactionBytesMax);
    append_shortvec(out, static_cast<std::uint16_t>(transaction.signatures.size()));
    for (const Signature& signature : transaction.signatures) {
        append(out, signature.bytes);
    }
    append(out, serialize_message(transaction.message));
    return out;
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
    const auto keys = required_signer_keys(message);
    if (!keys) {
        return Err{keys.error()};
    }
    const std::size_t count = keys->size() / Pubkey::kSize;
    if (signers.size() != count) {
        return fail(fmt::format("signing: {} keys were given, the message requires {}",
                                signers.size(), count));
    }
    if (auto fits = check_size(count, message); !fits) {
        return fits;
    }
    out.clear();
    append_shortvec(out, static_cast<std::uint16_t>(count));
    for (std::size_t i = 0; i < count; ++i) {
        const auto key = Pubkey::from(keys->subspan(i * Pubkey::kSize));
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
    append(out, message);
    return {};
}

Result<Bytes> sign_transaction(BytesView message, std::span<const Keypair* const> signers) {
    Bytes out;
    out.reserve(kTransactionBytesMax);
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
    const auto keys = required_signer_keys(message);
    if (!keys) {
        return Err{keys.error()};
    }
    const std::size_t count = keys->size() / Pubkey::kSize;
    if (auto fits = check_size(count, message); !fits) {
        return Err{fits.error()};
    }
    Bytes out;
    append_shortvec(out, static_cast<std::uint16_t>(count));
    out.resize(out.size() + count * Signature::kSize);
    append(out, message);
    return out;
}

}  // namespace sniperforge::solana

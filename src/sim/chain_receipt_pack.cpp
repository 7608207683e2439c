// SPDX-License-Identifier: MIT
#include "sim/chain_receipt_pack.hpp"

#include <zlib.h>

#include <type_traits>
#include <utility>

namespace sniperforge::sim {
namespace {

// One function lists the fields for both directions, so that they cannot disagree.
class Writer {
 public:
    template <typename Integer>
        requires std::is_integral_v<Integer>
    void value(const Integer& integer) {
        append_le(bytes, std::uint64_t{integer});
    }
    void value(const Pubkey& key) { append(bytes, key.bytes); }
    void value(const Bytes& data) {
        append_le(bytes, std::uint64_t{data.size()});
        append(bytes, data);
    }
    void value(const std::string& text) {
        append_le(bytes, std::uint64_t{text.size()});
        bytes.insert(bytes.end(), text.begin(), text.end());
    }
    template <typename Item, typename Each>
    void list(const std::vector<Item>& items, Each each) {
        append_le(bytes, std::uint64_t{items.size()});
        for (const Item& item : items) {
            each(*this, item);
        }
    }
    Bytes bytes;
};

class Reader {
 public:
    explicit Reader(BytesView bytes) : reader{bytes} {}
    template <typename Integer>
        requires std::is_integral_v<Integer>
    void value(Integer& integer) {
        integer = static_cast<Integer>(reader.read<std::uint64_t>());
    }
    void value(Pubkey& key) { key = reader.read_key<Pubkey>(); }
    void value(Bytes& data) {
        const BytesView taken = reader.take(reader.read<std::uint64_t>());
        data.assign(taken.begin(), taken.end());
    }
    void value(std::string& text) {
        const BytesView taken = reader.take(reader.read<std::uint64_t>());
        text.assign(taken.begin(), taken.end());
    }
    template <typename Item, typename Each>
    void list(std::vector<Item>& items, Each each) {
        items.resize(reader.read<std::uint64_t>());
        for (Item& item : items) {
            each(*this, item);
        }
    }
    ByteReader reader;
};

constexpr auto kValue = [](auto& archive, auto& item) { archive.value(item); };

constexpr auto kTokenBalance = [](auto& archive, auto& balance) {
    archive.value(balance.account_index);
    archive.value(balance.mint);
    archive.value(balance.owner);
    archive.value(balance.program);
    archive.value(balance.amount);
    archive.value(balance.decimals);
};

constexpr auto kInner = [](auto& archive, auto& inner) {
    archive.value(inner.index);
    archive.list(inner.instructions, [](auto& nested, auto& instruction) {
        nested.value(instruction.program_id_index);
        nested.value(instruction.accounts);
        nested.value(instruction.data);
        nested.value(instruction.stack_height);
    });
};

template <typename Archive, typename AnyReceipt>
void visit_long_fields(Archive& archive, AnyReceipt& receipt) {
    archive.value(receipt.wire);
    archive.list(receipt.account_keys, kValue);
    archive.value(receipt.loaded_writable);
    archive.value(receipt.loaded_readonly);
    archive.list(receipt.pre_balances, kValue);
    archive.list(receipt.post_balances, kValue);
    archive.list(receipt.pre_token_balances, kTokenBalance);
    archive.list(receipt.post_token_balances, kTokenBalance);
    archive.list(receipt.inner_instructions, kInner);
    archive.list(receipt.logs, kValue);
    archive.value(receipt.compute_units_consumed);
}

Receipt short_part(const Receipt& receipt) {
    Receipt rest;
    rest.signature = receipt.signature;
    rest.slot = receipt.slot;
    rest.block_time = receipt.block_time;
    rest.error_json = receipt.error_json;
    rest.fee = receipt.fee;
    return rest;
}

}  // namespace

Bytes pack_receipt(Receipt& receipt) {
    Writer writer;
    visit_long_fields(writer, std::as_const(receipt));
    const Bytes& plain = writer.bytes;
    uLongf length = compressBound(static_cast<uLong>(plain.size()));
    Bytes packed(sizeof(std::uint64_t) + length);
    write_le(packed, 0, std::uint64_t{plain.size()});
    const int status = compress2(packed.data() + sizeof(std::uint64_t), &length, plain.data(),
                                 static_cast<uLong>(plain.size()), Z_BEST_SPEED);
    SF_ASSERT(status == Z_OK);
    packed.resize(sizeof(std::uint64_t) + length);
    packed.shrink_to_fit();
    receipt = short_part(receipt);
    return packed;
}

Receipt unpack_receipt(const Receipt& rest, BytesView packed) {
    Bytes plain(read_le<std::uint64_t>(packed, 0));
    auto length = static_cast<uLongf>(plain.size());
    const BytesView body = packed.subspan(sizeof(std::uint64_t));
    const int status =
        uncompress(plain.data(), &length, body.data(), static_cast<uLong>(body.size()));
    SF_ASSERT(status == Z_OK && length == plain.size());
    Receipt receipt = short_part(rest);
    Reader reader{plain};
    visit_long_fields(reader, receipt);
    SF_ASSERT(reader.reader.ok() && reader.reader.remaining() == 0);
    return receipt;
}

}  // namespace sniperforge::sim

// SPDX-License-Identifier: MIT
// Reading the accounts of pump's programs, which grew over the years: what an account is too short
// for is zero, and what follows the fields known here is ignored.
#pragma once

#include <cstdint>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"

namespace sniperforge::dex {

class PumpBytes {
 public:
    explicit PumpBytes(BytesView data) : data_{data} {}

    template <typename Integer>
    [[nodiscard]] Integer integer(std::size_t offset) const {
        return has(offset, sizeof(Integer)) ? read_le<Integer>(data_, offset) : Integer{};
    }
    [[nodiscard]] std::uint8_t u8(std::size_t offset) const {
        return integer<std::uint8_t>(offset);
    }
    [[nodiscard]] std::uint64_t u64(std::size_t offset) const {
        return integer<std::uint64_t>(offset);
    }
    [[nodiscard]] bool flag(std::size_t offset) const { return u8(offset) != 0; }
    [[nodiscard]] Pubkey key(std::size_t offset) const {
        return has(offset, Pubkey::kSize) ? Pubkey::from(data_.subspan(offset)) : Pubkey{};
    }

 private:
    // A field that the account ends within is not there yet.
    [[nodiscard]] bool has(std::size_t offset, std::size_t bytes) const {
        return offset <= data_.size() && bytes <= data_.size() - offset;
    }

    BytesView data_;
};

}  // namespace sniperforge::dex

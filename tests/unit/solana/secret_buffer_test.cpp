// SPDX-License-Identifier: MIT
#include "sniperforge/solana/secret_buffer.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <string>
#include <type_traits>
#include <utility>

#include "support/sanitizers.hpp"

namespace sniperforge::solana {
namespace {

static_assert(!std::is_copy_constructible_v<SecretBuffer>);
static_assert(!std::is_copy_assignable_v<SecretBuffer>);
static_assert(std::is_nothrow_move_constructible_v<SecretBuffer>);
static_assert(std::is_nothrow_move_assignable_v<SecretBuffer>);

SecretBuffer buffer_of(std::string_view text) {
    auto buffer = SecretBuffer::allocate(text.size());
    EXPECT_TRUE(buffer);
    std::ranges::copy(text, buffer->bytes().begin());
    return std::move(*buffer);
}

// What the kernel says of the mapping that has `address` in it: "rd wr mr mw me lo dd ..."; empty
// when nothing is mapped there.
std::string flags_of_mapping(const void* address) {
    const auto wanted = reinterpret_cast<std::uintptr_t>(address);
    std::ifstream file{"/proc/self/smaps"};
    bool is_inside = false;
    for (std::string line; std::getline(file, line);) {
        std::uintptr_t begin = 0;
        std::uintptr_t end = 0;
        const char* const last = line.data() + line.size();
        if (const auto dash = std::from_chars(line.data(), last, begin, 16);
            dash.ec == std::errc{} && dash.ptr != last && *dash.ptr == '-' &&
            std::from_chars(dash.ptr + 1, last, end, 16).ec == std::errc{}) {
            is_inside = begin <= wanted && wanted < end;
        } else if (is_inside && line.starts_with("VmFlags:")) {
            return line.substr(8) + " ";
        }
    }
    return {};
}

// Asked at once, before anything else can be mapped there.
bool is_mapped(const void* address) {
    const auto page = reinterpret_cast<std::uintptr_t>(address) & ~std::uintptr_t{4'095};
    unsigned char residence = 0;
    return ::mincore(reinterpret_cast<void*>(page), 1, &residence) == 0 || errno != ENOMEM;
}

TEST(SecretBuffer, BeginsWithZeros) {
    const auto buffer = SecretBuffer::allocate(5'000);
    ASSERT_TRUE(buffer);
    EXPECT_EQ(buffer->size(), 5'000U);
    EXPECT_TRUE(std::ranges::all_of(buffer->bytes(), [](std::uint8_t byte) { return byte == 0; }));
}

TEST(SecretBuffer, IsLockedAndLeftOutOfCoreDumps) {
    const SecretBuffer buffer = buffer_of("secret");
    ASSERT_TRUE(buffer.is_locked()) << "raise RLIMIT_MEMLOCK (ulimit -l) to 64 KiB at least";
    const std::string flags = flags_of_mapping(buffer.bytes().data());
    if (sniperforge::test::kIsMemoryLocked) {
        EXPECT_NE(flags.find(" lo "), std::string::npos) << flags;
    }
    EXPECT_NE(flags.find(" dd "), std::string::npos) << flags;
}

TEST(SecretBuffer, HandsItsMemoryOverAndKeepsNothing) {
    SecretBuffer first = buffer_of("secret");
    const auto* const memory = first.bytes().data();
    SecretBuffer second = std::move(first);
    EXPECT_EQ(second.bytes().data(), memory);
    EXPECT_EQ(second.text(), "secret");
    EXPECT_TRUE(first.empty());
    EXPECT_EQ(first.bytes().data(), nullptr);
    EXPECT_FALSE(first.is_locked());

    SecretBuffer third = buffer_of("another");
    const auto* const replaced = third.bytes().data();
    third = std::move(second);
    EXPECT_FALSE(is_mapped(replaced));
    EXPECT_EQ(third.bytes().data(), memory);
    EXPECT_EQ(third.text(), "secret");
    EXPECT_TRUE(second.empty());
}

TEST(SecretBuffer, UnmapsItsMemoryWhenItGoes) {
    const void* memory = nullptr;
    {
        const SecretBuffer buffer = buffer_of("secret");
        memory = buffer.bytes().data();
        EXPECT_TRUE(is_mapped(memory));
    }
    EXPECT_FALSE(is_mapped(memory));
}

TEST(SecretBuffer, WipesWhatIsCutOff) {
    SecretBuffer buffer = buffer_of("secret\n");
    const auto* const memory = buffer.bytes().data();
    buffer.shrink(6);
    EXPECT_EQ(buffer.text(), "secret");
    EXPECT_EQ(memory[6], 0);
    buffer.shrink(0);
    EXPECT_TRUE(buffer.empty());
    EXPECT_TRUE(std::all_of(memory, memory + 7, [](std::uint8_t byte) { return byte == 0; }));
}

TEST(SecretBufferDeathTest, EndsTheProcessThatWritesToAReadOnlyOneOrGrowsOne) {
    SecretBuffer buffer = buffer_of("secret");
    EXPECT_DEATH(buffer.shrink(7), "");
    buffer.make_read_only();
    EXPECT_DEATH(buffer.bytes()[0] = 'x', "");
}

}  // namespace
}  // namespace sniperforge::solana

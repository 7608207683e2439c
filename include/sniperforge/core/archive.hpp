// SPDX-License-Identifier: MIT
// Archive: a state to bytes and back, by one list of its parts for both directions, so that none
// is written and not read. What has parts says so in a static function of its own,
//     template <typename Archive, typename Self> static void archive(Archive& archive, Self& self)
// or, where it is a plain struct, in a function archive_parts(archive, value) of its namespace.
// Little-endian, no tags: the order of the parts is the format, and who stores it stores a version
// beside it. A plain struct lists every member it has, or says `archive.some(...)`: a list that
// lacks one does not compile.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <ranges>
#include <set>
#include <string>
#include <type_traits>
#include <utility>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/core/wide_int.hpp"

namespace sniperforge {

template <typename T>
concept ArchiveNumber = std::integral<T> || std::is_enum_v<T> || std::same_as<T, i128>;
template <typename T>
concept ArchiveQuantity = requires(const T& value) {
    { value.raw() } -> std::integral;
};
template <typename T>
concept ArchiveOrdinal =
    requires(T value) { requires std::integral<std::remove_cvref_t<decltype(value.value)>>; };
// Of the plain struct T, to be read into or to be written.
template <typename Self, typename T>
concept ArchivedAs = std::same_as<std::remove_const_t<Self>, T>;

// How many members a plain struct has: as many values as it can be made of.
struct ArchiveAnything {
    template <typename T>
    operator T() const;  // NOLINT(google-explicit-constructor): what it is for. Never called.
};
template <typename T, typename... Members>
consteval std::size_t archive_members() {
    if constexpr (requires { T{Members{}..., ArchiveAnything{}}; }) {
        return archive_members<T, Members..., ArchiveAnything>();
    } else {
        return sizeof...(Members);
    }
}

// What the list of a plain struct's parts writes to.
template <typename Archive, typename T>
class ArchiveList {
 public:
    static constexpr bool is_reading = Archive::is_reading;
    explicit ArchiveList(Archive& archive) : archive_{archive} {}

    template <typename... Parts>
    void operator()(const Parts&... parts) {
        static_assert(
            !std::is_aggregate_v<T> || sizeof...(Parts) == archive_members<T>(),
            "a member was added and is not in the list of the parts, or is of no concern: "
            "then the list is archive.some(...)");
        archive_(parts...);
    }
    template <typename... Parts>
    void some(const Parts&... parts) {
        archive_(parts...);
    }

 private:
    Archive& archive_;
};

class ArchiveWriter {
 public:
    static constexpr bool is_reading = false;
    // What makes a monotonic time a wall time: the former means nothing to another process.
    explicit ArchiveWriter(Duration wall_less_mono) : wall_less_mono_{wall_less_mono.count()} {}

    template <typename... Parts>
    void operator()(const Parts&... parts) {
        (put(parts), ...);
    }
    [[nodiscard]] const Bytes& bytes() const { return bytes_; }

 private:
    template <typename T>
    void put(const T& value) {
        if constexpr (ArchiveNumber<T>) {
            append_le(bytes_, value);
        } else if constexpr (ArchiveQuantity<T>) {
            append_le(bytes_, value.raw());
        } else if constexpr (std::same_as<T, MonoTime>) {
            append_le(bytes_, value.ns + wall_less_mono_);
        } else if constexpr (std::same_as<T, WallTime>) {
            append_le(bytes_, value.ns);
        } else if constexpr (std::same_as<T, Duration>) {
            append_le(bytes_, value.count());
        } else if constexpr (requires(ArchiveList<ArchiveWriter, T> list) {
                                 T::archive(list, value);
                             }) {
            ArchiveList<ArchiveWriter, T> list{*this};
            T::archive(list, value);
        } else if constexpr (ArchiveOrdinal<T>) {
            append_le(bytes_, value.value);
        } else {
            put_parts(value);
        }
    }
    template <typename T>
    void put_parts(const T& value) {
        ArchiveList<ArchiveWriter, T> list{*this};
        archive_parts(list, value);
    }
    template <typename Tag, std::size_t Size>
    void put_parts(const FixedBytes<Tag, Size>& value) {
        append(bytes_, value.bytes);
    }
    void put_parts(const std::string& text) {
        put(text.size());
        append(bytes_, bytes_of(text));
    }
    template <typename T>
    void put_parts(const std::optional<T>& value) {
        put(value.has_value());
        if (value) {
            put(*value);
        }
    }
    template <typename A, typename B>
    void put_parts(const std::pair<A, B>& pair) {
        (*this)(pair.first, pair.second);
    }
    template <std::ranges::sized_range List>
    void put_parts(const List& list) {
        put(std::uint64_t{list.size()});
        for (const auto& each : list) {
            put(each);
        }
    }

    Bytes bytes_;
    std::int64_t wall_less_mono_;
};

// After the first part that is not there is_ok() is false, and everything read is zero or empty.
class ArchiveReader {
 public:
    static constexpr bool is_reading = true;
    // `layout`: of the list of parts that was written, for whoever reads older ones.
    ArchiveReader(BytesView bytes, Duration wall_less_mono, std::uint64_t layout)
        : reader_{bytes}, wall_less_mono_{wall_less_mono.count()}, layout_{layout} {}
    [[nodiscard]] std::uint64_t layout() const { return layout_; }

    template <typename... Parts>
    void operator()(Parts&... parts) {
        (get(parts), ...);
    }
    template <typename... Parts>
    void some(Parts&... parts) {
        (*this)(parts...);
    }
    // Whoever reads found something that cannot be.
    void refuse() { (void)reader_.take(reader_.remaining() + 1); }  // More than there is.
    [[nodiscard]] bool is_ok() const { return reader_.ok(); }
    // All of it was read, and nothing was missing.
    [[nodiscard]] bool is_complete() const { return is_ok() && reader_.remaining() == 0; }

 private:
    template <typename T>
    void get(T& value) {
        if constexpr (std::same_as<T, bool>) {
            value = reader_.read<std::uint8_t>() != 0;
        } else if constexpr (ArchiveNumber<T>) {
            value = reader_.read<T>();
        } else if constexpr (ArchiveQuantity<T>) {
            value = T{reader_.read<std::remove_cvref_t<decltype(value.raw())>>()};
        } else if constexpr (std::same_as<T, MonoTime>) {
            value.ns = reader_.read<std::int64_t>() - wall_less_mono_;
        } else if constexpr (std::same_as<T, WallTime>) {
            value.ns = reader_.read<std::int64_t>();
        } else if constexpr (std::same_as<T, Duration>) {
            value = Duration{reader_.read<Duration::rep>()};
        } else if constexpr (requires { T::archive(*this, value); }) {
            T::archive(*this, value);
        } else if constexpr (ArchiveOrdinal<T>) {
            value.value = reader_.read<std::remove_cvref_t<decltype(value.value)>>();
        } else {
            get_parts(value);
        }
    }
    template <typename T>
    void get_parts(T& value) {
        archive_parts(*this, value);
    }
    template <typename Tag, std::size_t Size>
    void get_parts(FixedBytes<Tag, Size>& value) {
        value = reader_.read_key<FixedBytes<Tag, Size>>();
    }
    void get_parts(std::string& text) {
        const BytesView from = reader_.take(reader_.read<std::uint64_t>());
        text.assign(from.begin(), from.end());
    }
    template <typename T>
    void get_parts(std::optional<T>& value) {
        bool has = false;
        get(has);
        value.reset();
        if (has && is_ok()) {
            get(value.emplace());
        }
    }
    template <typename A, typename B>
    void get_parts(std::pair<A, B>& pair) {
        (*this)(pair.first, pair.second);
    }
    template <typename T, std::size_t Size>
    void get_parts(std::array<T, Size>& list) {
        if (reader_.read<std::uint64_t>() != Size) {
            refuse();
        }
        for (T& each : list) {
            get(each);
        }
    }
    template <typename List>
        requires requires(List& list) { list.emplace_back(); }
    void get_parts(List& list) {
        list.clear();
        each([&] { get(list.emplace_back()); });
    }
    template <typename K, typename V>
    void get_parts(std::map<K, V>& map) {
        map.clear();
        each([&] {
            K key{};
            get(key);
            get(map[key]);
        });
    }
    template <typename K>
    void get_parts(std::set<K>& set) {
        set.clear();
        each([&] {
            K key{};
            get(key);
            set.insert(key);
        });
    }
    // Nothing takes less than a byte, so a count beyond what is left is wrong.
    template <typename Read>
    void each(Read read) {
        const auto count = reader_.read<std::uint64_t>();
        if (count > reader_.remaining()) {
            refuse();
        }
        for (std::uint64_t i = 0; is_ok() && i < count; ++i) {
            read();
        }
    }

    ByteReader reader_;
    std::int64_t wall_less_mono_;
    std::uint64_t layout_;
};

}  // namespace sniperforge

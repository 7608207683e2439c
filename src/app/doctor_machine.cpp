// SPDX-License-Identifier: MIT
// What the machine is like, for a daemon that holds a key and writes a journal.
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/timex.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "app/certificate.hpp"
#include "app/doctor.hpp"
#include "app/state_dir.hpp"

namespace sniperforge::app {
namespace {

constexpr const char* kMachine = "machine";
// A keypair, a passphrase and what libsodium puts around them.
constexpr std::size_t kLockedBytes = 64U << 10U;
// A clock further off than this is one that daily limits and certificates should not rest on.
constexpr std::int64_t kClockErrorMaxUs = 500'000;

struct FileSystem {
    std::int64_t magic;
    const char* name;
    bool is_local;
};
// Of linux/magic.h and statfs(2).
constexpr FileSystem kFileSystems[] = {
    {0x01021994, "tmpfs", true}, {0x858458f6, "ramfs", true},     {0xEF53, "ext4", true},
    {0x58465342, "xfs", true},   {0x9123683E, "btrfs", true},     {0x2FC12FC1, "zfs", true},
    {0xF2F52010, "f2fs", true},  {0x794C7630, "overlayfs", true}, {0x6969, "nfs", false},
    {0xFF534D42, "cifs", false}, {0xFE534D42, "smb2", false},     {0x65735546, "fuse", false},
    {0x01021997, "9p", false},
};

void check_state_dir(const std::string& state_dir, Findings& findings) {
    const std::string there = existing_above(state_dir);
    const bool is_new = !std::filesystem::exists(state_dir);
    if (!is_new && !std::filesystem::is_directory(state_dir)) {
        return findings.add({Verdict::Fail, kMachine, "state directory", state_dir + " is a file",
                             "name another with --state-dir"});
    }
    if (::access(there.c_str(), W_OK | X_OK) != 0) {
        return findings.add(
            {Verdict::Fail, kMachine, "state directory",
             fmt::format("{}: writing to {}: {}", state_dir, there, std::strerror(errno)),
             "make it yours, or name another with --state-dir"});
    }
    findings.add({Verdict::Ok, kMachine, "state directory",
                  is_new ? fmt::format("{} is not there yet and can be made", state_dir)
                         : fmt::format("{} is writable", state_dir)});
    if (is_new) {
        return findings.add({Verdict::Skip, kMachine, "lock", "there is no directory to lock yet"});
    }
    const auto lock = FileLock::take(state_dir + "/lock", "the state directory " + state_dir, "");
    if (!lock) {
        return findings.add({Verdict::Warn, kMachine, "lock", lock.error().text,
                             "`sniperforge status` says whether it is yours"});
    }
    findings.add({Verdict::Ok, kMachine, "lock", "no other daemon holds it"});
}

// Where intents.ring will be mapped.
void check_ring(const std::string& state_dir, Findings& findings) {
    struct statfs kind{};
    const std::string there = existing_above(state_dir);
    if (::statfs(there.c_str(), &kind) != 0) {
        return findings.add(
            {Verdict::Fail, kMachine, "ring",
             fmt::format("asking {} for its file system: {}", there, std::strerror(errno))});
    }
    for (const FileSystem& each : kFileSystems) {
        if (static_cast<std::uint32_t>(kind.f_type) != static_cast<std::uint32_t>(each.magic)) {
            continue;
        }
        if (!each.is_local) {
            return findings.add(
                {Verdict::Warn, kMachine, "ring",
                 fmt::format("{} is on {}: locks and mapped files are not to be relied on there",
                             there, each.name),
                 "put --state-dir on a disk of this machine"});
        }
        return findings.add(
            {Verdict::Ok, kMachine, "ring",
             fmt::format("{} is on {}{}", there, each.name,
                         std::string_view{each.name} == "tmpfs"
                             ? ": nothing in it survives a restart of the machine, the journal "
                               "included"
                             : ", which keeps a mapped file through the end of a process")});
    }
    findings.add({Verdict::Warn, kMachine, "ring",
                  fmt::format("{} is on a file system of kind {:#x}, which is not known here",
                              there, static_cast<std::uint32_t>(kind.f_type)),
                  "see that it takes shared mappings and locks, as ext4 and xfs do"});
}

void check_memory_lock(Findings& findings) {
    struct rlimit limit{};
    const bool is_told = ::getrlimit(RLIMIT_MEMLOCK, &limit) == 0;
    const std::string allowed = !is_told ? "unknown"
                                : limit.rlim_cur == RLIM_INFINITY
                                    ? "unlimited"
                                    : fmt::format("{} KiB", limit.rlim_cur >> 10U);
    void* const memory =
        ::mmap(nullptr, kLockedBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    const bool is_locked = memory != MAP_FAILED && ::mlock(memory, kLockedBytes) == 0;
    const int problem = errno;
    if (memory != MAP_FAILED) {
        ::munmap(memory, kLockedBytes);
    }
    const std::string found =
        fmt::format("{} KiB {} be locked against swapping, limit {}{}{}", kLockedBytes >> 10U,
                    is_locked ? "can" : "cannot", allowed, is_locked ? "" : ": ",
                    is_locked ? "" : std::strerror(problem));
    if (!is_locked) {
        return findings.add({Verdict::Fail, kMachine, "key memory", found,
                             "raise it with ulimit -l, or LimitMEMLOCK= in the unit: no key is "
                             "opened into memory that may be swapped"});
    }
    findings.add({Verdict::Ok, kMachine, "key memory", found});
}

void check_kernel_clock(Findings& findings) {
    struct timex clock{};
    const int state = ::adjtimex(&clock);
    if (state < 0) {
        return findings.add({Verdict::Warn, kMachine, "clock",
                             fmt::format("the kernel does not say: {}", std::strerror(errno)),
                             "see that NTP keeps it: timedatectl"});
    }
    const bool is_kept = state != TIME_ERROR && (clock.status & STA_UNSYNC) == 0;
    const std::string found =
        fmt::format("{}, at most {} us off, allowed {} us",
                    is_kept ? "kept in step, as the kernel says" : "nobody keeps it in step",
                    clock.maxerror, kClockErrorMaxUs);
    if (!is_kept || clock.maxerror > kClockErrorMaxUs) {
        return findings.add({Verdict::Warn, kMachine, "clock", found,
                             "start an NTP client: systemd-timesyncd or chrony"});
    }
    findings.add({Verdict::Ok, kMachine, "clock", found});
}

}  // namespace

void check_machine(const config::Settings& settings, const std::string& state_dir, bool has_config,
                   Findings& findings) {
    check_state_dir(state_dir, findings);
    check_disk(settings, state_dir, findings);
    check_ring(state_dir, findings);
    check_memory_lock(findings);
    check_kernel_clock(findings);
    if (!has_config) {
        return findings.add({Verdict::Skip, kMachine, "certificate",
                             "without --config there are no settings to hold it against"});
    }
    const auto ready = check_certificate(state_dir, settings, net::make_asio_reactor()->wall_now());
    if (!ready) {
        return findings.add({Verdict::Warn, kMachine, "certificate", ready.error().text});
    }
    findings.add({Verdict::Ok, kMachine, "certificate",
                  certificate_path(state_dir) + " lets live mode start"});
    for (const std::string& line : faults_not_drilled_lines(*ready)) {
        findings.add({Verdict::Warn, kMachine, "not drilled", line});
    }
}

}  // namespace sniperforge::app

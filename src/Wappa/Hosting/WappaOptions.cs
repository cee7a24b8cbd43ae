using Wappa.Caching;

namespace Wappa;

/// <summary>How the app treats what comes in. Filled from the configuration section <c>Wappa</c>, then from
/// code.</summary>
public sealed class WappaOptions
{
    /// <summary>The tenant of numbers that <see cref="Tenants"/> does not name, 1 to 256 characters. Default: none, so
    /// each phone number id is a tenant of its own. <c>Wappa:Tenant</c>, <c>--tenant</c>.</summary>
    public string? Tenant { get; set; }

    /// <summary>Tenants by phone number id: <c>Wappa:Tenants:{phone_number_id}</c>. Default: empty.</summary>
    public IDictionary<string, string> Tenants { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How much may wait, and for how long a delivery is remembered.</summary>
    public InboxOptions Inbox { get; } = new();

    internal void ThrowIfInvalid()
    {
        if (Tenant is not null) ThrowIfNotAName(Tenant, nameof(Tenant));
        foreach (var (number, tenant) in Tenants) ThrowIfNotAName(tenant, $"{nameof(Tenants)}:{number}");
        Inbox.ThrowIfInvalid();
    }

    private static void ThrowIfNotAName(string value, string option)
    {
        if (!CacheName.IsValid(value))
        {
            throw new ArgumentException(
                $"{nameof(WappaOptions)}.{option} is not a tenant name: it has {value?.Length ?? 0} characters or holds a " +
                $"control character; it needs 1 to {CacheName.MaxLength}.");
        }

        if (CacheName.IsReserved(value))
        {
            throw new ArgumentException(
                $"{nameof(WappaOptions)}.{option} begins with '{CacheName.ReservedPrefix}', which is kept for Wappa's own records. " +
                "Choose another name.");
        }
    }
}

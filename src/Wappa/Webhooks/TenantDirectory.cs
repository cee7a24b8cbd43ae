using System.Collections.Frozen;
using Microsoft.Extensions.Options;

namespace Wappa.Webhooks;

/// <summary>Whose data a webhook concerns.</summary>
internal sealed class TenantDirectory
{
    private readonly FrozenDictionary<string, string> _byNumber;
    private readonly string? _default;

    public TenantDirectory(IOptions<WappaOptions> options)
    {
        _byNumber = options.Value.Tenants.ToFrozenDictionary(StringComparer.Ordinal);
        _default = options.Value.Tenant;
    }

    /// <summary>The tenant of a number: its configured name, else the app's tenant, else the number's own id.</summary>
    /// <param name="phoneNumberId">Null or empty for events that concern no number.</param>
    /// <param name="accountId">Stands in for the number where there is none.</param>
    /// <returns>Null if nothing names one.</returns>
    internal string? Find(string? phoneNumberId, string? accountId)
    {
        if (string.IsNullOrEmpty(phoneNumberId)) return _default ?? accountId;
        return _byNumber.TryGetValue(phoneNumberId, out var name) ? name : _default ?? phoneNumberId;
    }
}

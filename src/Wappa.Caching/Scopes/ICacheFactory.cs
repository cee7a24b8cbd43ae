namespace Wappa.Caching;

/// <summary>Makes the caches of a tenant or a user. Cheap: nothing is opened or read.</summary>
public interface ICacheFactory
{
    /// <summary>The backend's name: <c>memory</c>, <c>json</c>, <c>redis</c>.</summary>
    string Backend { get; }

    /// <summary>The caches of one user.</summary>
    /// <param name="tenant">1 to 256 characters.</param>
    /// <param name="userId">1 to 256 characters; opaque, a <c>+</c> is never added or taken away.</param>
    /// <exception cref="ArgumentException">A name is empty, too long, or holds a control character.</exception>
    UserCaches ForUser(string tenant, string userId);

    /// <summary>The caches of one tenant.</summary>
    /// <param name="tenant">1 to 256 characters.</param>
    /// <exception cref="ArgumentException">The name is empty, too long, or holds a control character.</exception>
    TenantCaches ForTenant(string tenant);
}

using Microsoft.AspNetCore.Routing;

namespace Wappa.Hosting;

/// <summary>Routes of a package above this one, kept until <c>MapWappa</c>.</summary>
internal sealed record AdditionalEndpoints(Action<IEndpointRouteBuilder> Map);

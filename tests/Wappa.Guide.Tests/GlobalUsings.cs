global using System.Collections.Immutable;
global using Wappa.Caching;
global using Wappa.Guide.Tests.Bots;

// Runs before the first paint, so that a chosen theme never flashes the other one. External because the
// content security policy allows no inline script.
try {
  var theme = localStorage.getItem('orrery.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is switched off: the system's preference applies.
}

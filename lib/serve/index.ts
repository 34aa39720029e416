/** A bundle as a service over HTTP. */
export { serve, type ServeOptions, type Service } from './service';
